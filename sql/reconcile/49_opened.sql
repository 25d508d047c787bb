-- Each row is a time line on which a message stood in a round, whether the round answered it or left it open.
CREATE OR REPLACE TABLE reconcile__opened AS
SELECT message_no, source, level, group_key, reference_ms FROM reconcile__left_open
UNION ALL
SELECT message_no, source, level, group_key, reference_ms FROM reconcile__pairs WHERE NOT superseded;
