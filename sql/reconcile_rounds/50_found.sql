-- Each row is a message of the round with the registration that closes it within the deadline, or without one.
CREATE OR REPLACE TABLE reconcile_rounds__found AS
WITH met AS (
    SELECT key, id, until_ms, next_key, next_id, next_until_ms, next_resolution_s FROM reconcile_rounds__neighbours WHERE followed
    UNION ALL
    SELECT key, id, until_ms, next_key, next_id, next_until_ms, next_resolution_s FROM reconcile_rounds__brackets WHERE key % 2 = 0
),
judged AS (
    SELECT *, (key % 17592186044416) // 2 AS reference_ms, (next_key % 17592186044416) // 2 AS received_ms FROM met
),
kept AS (
    SELECT *, coalesce(next_key % 2 = 1 AND received_ms - next_until_ms <= until_ms, false) AS answered FROM judged
)
SELECT (key >> 44) AS line_no, id AS message_no, reference_ms, CASE WHEN answered THEN next_id END AS row_no,
       CASE WHEN answered THEN received_ms END AS received_ms, CASE WHEN answered THEN next_resolution_s END AS resolution_s
FROM kept;
