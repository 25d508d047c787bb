-- Each row is a message that a registration names by the portal's id, with the first such row; superseded rows only where no other names it.
CREATE OR REPLACE TABLE reconcile__matches_by_id AS
SELECT
    message.message_no, message.message_id, row.row_no, row.upload_id, row.superseded_by IS NOT NULL AS superseded,
    NOT (list_contains(row.entries, message.entry_id)
         OR coalesce(home.service_id = place.service_id, false)) AS elsewhere
FROM reconcile__messages AS message
JOIN reconcile__registrations AS row ON row.message_id = message.message_id
JOIN roster__entries AS home ON home.entry_id = message.entry_id
LEFT JOIN roster__entries AS place ON place.entry_id = row.entries[1]
QUALIFY row_number() OVER (
    PARTITION BY message.message_no
    ORDER BY row.superseded_by IS NOT NULL, NOT list_contains(row.entries, message.entry_id), row.received_utc, row.row_no
) = 1
ORDER BY message.message_no;
