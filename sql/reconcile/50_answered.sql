-- Each row is a message with the registration that answers it, if any, and how it was found.
CREATE OR REPLACE TABLE reconcile__answered AS
WITH by_time AS (
    SELECT pair.* FROM reconcile__settled_pairs AS pair
    ANTI JOIN reconcile__unlikely_pairs AS unlikely ON unlikely.message_no = pair.message_no AND unlikely.row_no = pair.row_no
    QUALIFY row_number() OVER (
        PARTITION BY message_no ORDER BY superseded, source = 'SVARINN_IMPORTER', received_ms - reference_ms, row_no
    ) = 1
)
SELECT
    message.message_no, message.entry_id,
    CASE WHEN by_id.message_no IS NOT NULL AND NOT by_id.superseded THEN 'id'
         WHEN message.print_rejected OR message.printed THEN NULL
         WHEN by_time.message_no IS NOT NULL AND NOT by_time.superseded THEN 'time' END AS matched_by,
    CASE WHEN by_id.message_no IS NOT NULL AND NOT by_id.superseded THEN by_id.row_no ELSE by_time.row_no END AS row_no,
    coalesce(by_id.elsewhere, false) AS elsewhere,
    coalesce(by_id.superseded, false) OR coalesce(by_time.superseded, false) AS only_superseded
FROM reconcile__messages AS message
LEFT JOIN reconcile__matches_by_id AS by_id ON by_id.message_no = message.message_no
LEFT JOIN by_time ON by_time.message_no = message.message_no
ORDER BY message.message_no;
