-- Each row is a registration that names a message by the portal's id, whichever roster entry either is of.
CREATE OR REPLACE TABLE reconcile__links AS
SELECT message.message_no, row.row_no, row.superseded_by IS NOT NULL AS superseded, list_contains(row.entries, message.entry_id) AS at_home
FROM reconcile__messages AS message
JOIN reconcile__registrations AS row ON row.message_id = message.message_id;
