-- Each row is a registration of those files on the portal's time line, with the message that it answers, if any.
CREATE OR REPLACE TABLE explain__rows AS
SELECT
    row.row_no, upload.file_name, upload.folder_no, row.upload_sha256, row.file_row, row.received_local, timed.at_utc, timed.margin,
    row.message_id, row.item_type, row.reporter, row.channel, timed.resolution_s, timed.superseded, timed.hour_occurs,
    list_contains(timed.entries, message.entry_id) AS here,
    answered.message_id AS answers_id, answered.sent_at_utc AS answers_sent_utc, answered.matched_by
FROM reconcile__registrations AS row
CROSS JOIN explain__message AS message
JOIN explain__uploads AS upload ON upload.upload_id = row.upload_id
JOIN reconcile__rows_in_time AS timed ON timed.row_no = row.row_no
LEFT JOIN reconcile__findings AS answered
  ON answered.upload_sha256 = row.upload_sha256 AND answered.file_row = row.file_row
ORDER BY timed.at_utc, row.row_no;
