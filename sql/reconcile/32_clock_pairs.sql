-- Each row is a registration beside a message that it may answer, with the seconds between them by sending and by acknowledgement, its clock read as winter time (or as its zone says).
CREATE OR REPLACE TABLE reconcile__clock_pairs AS
WITH messages AS (
    SELECT message_id, entry_id, form_type, epoch_ms(sent_utc) AS sent_ms,
           epoch_ms(CASE WHEN channel IN ('FIKS_IO', 'SVARINN') THEN coalesce(acknowledged_utc, sent_utc) ELSE sent_utc END) AS acknowledged_ms
    FROM reconcile__messages
),
named AS (
    SELECT row.row_no, message.sent_ms, message.acknowledged_ms
    FROM reconcile__clock_rows AS row
    JOIN messages AS message ON message.message_id = row.message_id
),
unnamed AS (
    SELECT row.row_no, message.sent_ms, message.acknowledged_ms
    FROM (
        SELECT *, unnest([epoch_ms(base_utc) // 14400000 - 1, epoch_ms(base_utc) // 14400000, epoch_ms(base_utc) // 14400000 + 1]) AS bucket
        FROM (SELECT row_no, reporter, base_utc, unnest(entries) AS entry_id FROM reconcile__clock_rows WHERE message_id IS NULL) AS spread
    ) AS row
    JOIN messages AS message
      ON message.entry_id = row.entry_id AND message.sent_ms // 14400000 = row.bucket
     AND (row.reporter IS NULL OR message.form_type = 'unknown' OR message.form_type = row.reporter)
),
paired AS (SELECT * FROM named UNION ALL SELECT * FROM unnamed)
SELECT row.upload_no, row.row_no, row.stretch, row.resolution_s, row.zoned, row.summer, row.day,
       (epoch_ms(row.base_utc) - paired.sent_ms) / 1000 AS sent_s,
       (epoch_ms(row.base_utc) - paired.acknowledged_ms) / 1000 AS acknowledged_s
FROM paired
JOIN reconcile__clock_rows AS row ON row.row_no = paired.row_no
WHERE abs(epoch_ms(row.base_utc) - paired.sent_ms) <= 12600000 OR abs(epoch_ms(row.base_utc) - paired.acknowledged_ms) <= 12600000;
