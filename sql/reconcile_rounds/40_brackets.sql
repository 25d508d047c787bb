-- Each row is an event that the neighbours left, with the one after it on its nesting level: messages and registrations pair like parentheses, the most recent open message first.
CREATE OR REPLACE TABLE reconcile_rounds__brackets AS
WITH balanced AS (
    SELECT *, key >> 44 AS line_no, sum(1 - 2 * (key % 2)) OVER (
        PARTITION BY key >> 44 ORDER BY key, id ROWS UNBOUNDED PRECEDING
    ) AS balance
    FROM reconcile_rounds__neighbours
    WHERE NOT followed
)
SELECT key, id, until_ms, lead(key) OVER nested AS next_key, lead(id) OVER nested AS next_id,
       lead(until_ms) OVER nested AS next_until_ms, lead(resolution_s) OVER nested AS next_resolution_s
FROM balanced
WINDOW nested AS (PARTITION BY line_no, balance + (key % 2) ORDER BY key, id);
