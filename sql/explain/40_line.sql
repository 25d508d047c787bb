-- Each row is a message or a registration near the message on the time line of its place, in order of time, with what it was matched with.
CREATE OR REPLACE TABLE explain__line AS
WITH messages AS (
    SELECT finding.message_id, finding.sent_at_utc, finding.outcome, finding.form_type, finding.channel, finding.acknowledged_utc,
           finding.upload_sha256, finding.file_row, finding.matched_by,
           row_number() OVER (ORDER BY finding.sent_at_utc, finding.message_id) AS place
    FROM reconcile__findings AS finding
    JOIN explain__message AS message ON message.entry_id = finding.entry_id
),
near_messages AS (
    SELECT messages.*
    FROM messages
    JOIN messages AS middle ON abs(messages.place - middle.place) <= $neighbours
    JOIN explain__message AS message ON message.message_id = middle.message_id
),
ranked AS (
    SELECT row.*, row.at_utc <= message.sent_at_utc AS earlier,
           row_number() OVER (PARTITION BY row.at_utc <= message.sent_at_utc ORDER BY abs(epoch_ms(row.at_utc) - epoch_ms(message.sent_at_utc)), row.row_no) AS place
    FROM explain__rows AS row
    CROSS JOIN explain__message AS message
    WHERE row.here
),
near_rows AS (
    SELECT row_no FROM ranked WHERE place <= $neighbours
    UNION
    SELECT row.row_no FROM explain__rows AS row JOIN near_messages AS near ON near.message_id = row.answers_id
)
SELECT 'message' AS what, near.sent_at_utc AS at_utc, near.message_id = message.message_id AS asked_for, near.message_id,
       near.outcome, near.form_type, near.channel, near.acknowledged_utc, NULL AS item_type, false AS superseded, NULL AS hour_occurs,
       near.matched_by, row.file_name, row.upload_sha256, row.file_row, NULL::UUID AS answers_id
FROM near_messages AS near
CROSS JOIN explain__message AS message
LEFT JOIN explain__rows AS row ON row.upload_sha256 = near.upload_sha256 AND row.file_row = near.file_row
UNION ALL
SELECT 'row', row.at_utc, coalesce(row.answers_id = message.message_id, false), row.message_id,
       NULL, row.reporter, row.channel, NULL::TIMESTAMP, row.item_type, row.superseded, row.hour_occurs,
       row.matched_by, row.file_name, row.upload_sha256, row.file_row, row.answers_id
FROM near_rows
CROSS JOIN explain__message AS message
JOIN explain__rows AS row ON row.row_no = near_rows.row_no
ORDER BY at_utc, what, file_row, message_id;
