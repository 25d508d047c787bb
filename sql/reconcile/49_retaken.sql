-- Each row is an unanswered message that takes the registration of one sent within two minutes after it, which so becomes the unanswered one, because the delay fits it better.
CREATE OR REPLACE TABLE reconcile__retaken AS
WITH standing AS (
    SELECT pair.*, count(*) OVER (PARTITION BY pair.message_no) AS answers
    FROM reconcile__pairs AS pair
    ANTI JOIN (SELECT message_no FROM reconcile__repairs) AS moved ON moved.message_no = pair.message_no
    WHERE NOT pair.superseded
),
unanswered AS (
    SELECT *, unnest([reference_ms // 120000, reference_ms // 120000 + 1]) AS bucket
    FROM (
        SELECT opened.message_no, opened.source, opened.level, opened.group_key, min(opened.reference_ms) AS reference_ms,
               message.entry_id, message.form_type
        FROM reconcile__opened AS opened
        JOIN reconcile__candidates AS message ON message.message_no = opened.message_no AND message.acknowledged_utc IS NOT NULL
        ANTI JOIN (SELECT message_no FROM reconcile__pairs WHERE NOT superseded) AS answered ON answered.message_no = opened.message_no
        ANTI JOIN reconcile__repairs AS repair ON repair.lost_no = opened.message_no
        GROUP BY opened.message_no, opened.source, opened.level, opened.group_key, message.entry_id, message.form_type
    )
),
possible AS (
    SELECT lost.message_no AS lost_no, lost.reference_ms AS lost_ms, lost.entry_id AS lost_entry, pair.message_no, pair.row_no,
           message.entry_id, pair.source, pair.level, pair.group_key, pair.reference_ms, pair.received_ms, pair.resolution_s
    FROM unanswered AS lost
    JOIN standing AS pair
      ON pair.source = lost.source AND pair.level = lost.level AND pair.group_key = lost.group_key
     AND pair.reference_ms // 120000 = lost.bucket
     AND pair.reference_ms >= lost.reference_ms AND pair.reference_ms <= lost.reference_ms + 120000
     AND pair.received_ms > lost.reference_ms AND pair.received_ms <= lost.reference_ms + $deadline_ms
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no AND message.acknowledged_utc IS NOT NULL
    JOIN reconcile__time_rows AS row
      ON row.row_no = pair.row_no AND (row.reporter IS NULL OR lost.form_type = 'unknown' OR lost.form_type = row.reporter)
    -- What another source answers too would hide the loss.
    WHERE pair.answers = 1 AND pair.resolution_s < 86400
),
weighed AS (
    SELECT possible.*, taken.density / left_by.density AS likelier
    FROM possible
    JOIN reconcile__delays AS taken
      ON taken.entry_id = possible.lost_entry AND taken.bin = delay_bin(possible.received_ms - possible.lost_ms)
    JOIN reconcile__delays AS left_by
      ON left_by.entry_id = possible.entry_id AND left_by.bin = delay_bin(possible.received_ms - possible.reference_ms)
)
SELECT lost_no, lost_ms, row_no, message_no, source, level, group_key, received_ms, resolution_s
FROM weighed
WHERE likelier >= 1.25
QUALIFY row_number() OVER (PARTITION BY lost_no ORDER BY likelier DESC, row_no) = 1
    AND row_number() OVER (PARTITION BY row_no ORDER BY likelier DESC, lost_no) = 1
ORDER BY lost_no;
