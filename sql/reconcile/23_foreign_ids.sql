-- Each row is an upload whose ids are not the portal's: at least five, and the portal knows none of them, so they prove nothing by id.
CREATE OR REPLACE TABLE reconcile__foreign_ids AS
SELECT row.folder_no || '/' || row.upload_sha256 AS upload_id, count(*) AS ids
FROM intake__registrations AS row
LEFT JOIN portal__messages AS message ON message.message_id = row.message_id
WHERE row.message_id IS NOT NULL
GROUP BY row.folder_no, row.upload_sha256
HAVING count(*) >= 5 AND count(message.message_id) = 0
ORDER BY upload_id;
