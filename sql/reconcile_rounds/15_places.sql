-- Each row is a class of messages and a time line of the round that it stands on, with whether it opens at the acknowledgement.
CREATE OR REPLACE TABLE reconcile_rounds__places AS
SELECT class.class_no, line.line_no, sharp.channel IS NOT NULL AND NOT $by_sent AS by_acknowledgement
FROM (SELECT DISTINCT line_no, source, pool, channel_class, kind_class FROM reconcile_rounds__lines) AS line
JOIN reconcile__pools AS pool ON pool.source = line.source AND pool.pool = line.pool AND pool.level = $level
JOIN reconcile__message_classes AS class ON class.entry_id = pool.entry_id AND class.source = line.source
LEFT JOIN reconcile__sharp AS sharp
  ON sharp.source = line.source AND sharp.entry_id = class.entry_id AND sharp.channel = class.channel
WHERE CASE line.channel_class WHEN 'portal' THEN class.channel IN ('FIKS_IO', 'SVARINN')
           WHEN 'svarinn' THEN class.channel = 'SVARINN' ELSE class.channel = 'MANUELL_MOTTAK' END
  AND CASE $kind_stage WHEN 1 THEN class.form_type = line.kind_class WHEN 2 THEN true ELSE class.form_type = 'unknown' END
ORDER BY class.class_no, line.line_no;
