-- Each row is a registered message whose registration can be taken away with only one right answer: no neighbour in doubt, no surplus row after it.
CREATE OR REPLACE TABLE drill__plantable AS
WITH line AS (
    SELECT finding.*, orderly.way,
           lag(outcome, 1) OVER near IN ('lost', 'unknown') OR lag(outcome, 2) OVER near IN ('lost', 'unknown')
               OR lead(outcome, 1) OVER near IN ('lost', 'unknown') OR lead(outcome, 2) OVER near IN ('lost', 'unknown') AS doubtful,
           lead(sent_at_utc) OVER near AS next_utc,
           max(received_utc) OVER (near ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_received_utc
    FROM reconcile__findings AS finding
    JOIN drill__orderly AS orderly ON orderly.entry_id = finding.entry_id
    WINDOW near AS (PARTITION BY finding.entry_id ORDER BY sent_at_utc, message_id)
)
SELECT line.entry_id, line.way, line.message_id, line.sent_at_utc, line.upload_sha256, line.file_row
FROM line
WHERE outcome = 'registered' AND covered AND candidate_group IS NULL AND coalesce(NOT doubtful, true)
  AND (way = 'id'
       OR (coalesce(next_utc > sent_at_utc + INTERVAL 6 HOUR, true)
           AND coalesce(earlier_received_utc < sent_at_utc, true)
           AND delay_s < 3600
           AND NOT EXISTS (
               FROM reconcile__extras AS extra
               WHERE extra.entry_id = line.entry_id
                 AND extra.received_utc BETWEEN line.sent_at_utc - INTERVAL 6 HOUR AND line.sent_at_utc + $deadline + INTERVAL 6 HOUR)))
ORDER BY line.entry_id, line.sent_at_utc, line.message_id;
