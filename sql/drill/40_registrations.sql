-- Each row is a registration of the drilled entries' files, without those that name or answered a planted loss.
CREATE OR REPLACE TABLE drill__registrations AS
WITH taken AS (
    SELECT DISTINCT row.folder_no, row.received_utc, row.received_local, row.reporter, row.channel
    FROM intake__registrations AS row
    JOIN drill__planted AS planted
      ON planted.way = 'time' AND planted.upload_sha256 = row.upload_sha256 AND planted.file_row = row.file_row
)
SELECT row.*
FROM intake__registrations AS row
SEMI JOIN (SELECT spoken.upload_id FROM reconcile__answers AS spoken
           JOIN (SELECT DISTINCT entry_id FROM drill__planted) AS drilled ON drilled.entry_id = spoken.entry_id) AS files
       ON files.upload_id = row.folder_no || '/' || row.upload_sha256
ANTI JOIN drill__planted AS named ON named.way = 'id' AND named.message_id = row.message_id
ANTI JOIN taken ON taken.folder_no = row.folder_no AND taken.received_utc = row.received_utc
      AND taken.reporter IS NOT DISTINCT FROM row.reporter AND taken.channel = row.channel
ORDER BY row.folder_no, row.upload_sha256, row.file_row;
