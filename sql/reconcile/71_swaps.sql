-- Each row is another message of the same time line that may be the lost one instead, because its registration could be the lost message's.
CREATE OR REPLACE TABLE reconcile__swaps AS
WITH lost AS (
    SELECT missing.message_no AS lost_no, missing.entry_id, message.form_type, opened.source, opened.group_key, opened.level, opened.reference_ms
    FROM reconcile__missing AS missing
    JOIN reconcile__messages AS message ON message.message_no = missing.message_no
    JOIN reconcile__opened AS opened ON opened.message_no = missing.message_no
    WHERE missing.cause = 'lost'
)
SELECT lost.lost_no, lost.entry_id AS lost_entry, pair.message_no AS other_no, other.entry_id AS other_entry, pair.row_no,
       lost.source, lost.level,
       pair.received_ms - lost.reference_ms AS lost_delay_ms,
       pair.received_ms - pair.reference_ms AS other_delay_ms,
       pair.resolution_s >= 86400 OR coalesce(lost.reference_ms >= burst.quiet_from_ms, false) AS told_together
FROM lost
JOIN reconcile__settled_pairs AS pair
  ON pair.group_key = lost.group_key AND NOT pair.superseded
 -- Nesting leaves no pair around a lost message; retaking leaves one that opened at most two minutes before it.
 AND pair.reference_ms >= lost.reference_ms - 120000
 AND pair.received_ms > lost.reference_ms
 AND pair.received_ms <= lost.reference_ms + $deadline_ms
LEFT JOIN reconcile__bursts AS burst ON burst.row_no = pair.row_no
JOIN reconcile__messages AS other ON other.message_no = pair.message_no
JOIN reconcile__time_rows AS row
  ON row.row_no = pair.row_no
 AND (row.reporter IS NULL OR lost.form_type = 'unknown' OR lost.form_type = row.reporter)
-- A row that says only the day cannot tell the messages of that day apart, and says nothing of other days'; nor does a
-- burst tell apart the messages that waited for it.
WHERE CASE WHEN pair.resolution_s >= 86400
           THEN least(lost.reference_ms, pair.reference_ms) >= pair.received_ms - 86400000
           ELSE pair.reference_ms <= lost.reference_ms + 7200000 OR pair.received_ms - pair.reference_ms > 300000
                OR burst.row_no IS NOT NULL END
ORDER BY ALL;
