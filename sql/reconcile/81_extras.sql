-- Each row is a registration of a concern report that answers no message, with why: a repeated id, an id the entry's messages lack, or no message in time.
CREATE OR REPLACE TABLE reconcile__extras AS
SELECT row.entries[1] AS entry_id, row.upload_sha256, row.file_row, row.received_utc,
       CASE WHEN row.message_id IS NULL THEN 'NO_MESSAGE_IN_TIME'
            WHEN known.message_id IS NOT NULL THEN 'REPEATED_ID' ELSE 'ID_NOT_HELD' END AS reason
FROM reconcile__registrations AS row
LEFT JOIN reconcile__messages AS known ON known.message_id = row.message_id
ANTI JOIN reconcile__standing AS answering ON answering.row_no = row.row_no
WHERE row.item_type = 'concern' AND row.superseded_by IS NULL
ORDER BY row.row_no;
