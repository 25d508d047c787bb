-- Each row is an event that has no neighbour, with the one that answers it or that it answers: messages and registrations pair like parentheses, the most recent open message first.
CREATE OR REPLACE TABLE reconcile_rounds__brackets AS
WITH balanced AS (
    SELECT key, id, key >> 44 AS line_no, sum(1 - 2 * (key % 2)) OVER (
        PARTITION BY key >> 44 ORDER BY key, id ROWS UNBOUNDED PRECEDING
    ) AS balance
    FROM reconcile_rounds__neighbours
    WHERE next_key IS NULL
),
levelled AS (
    SELECT key, id, CASE WHEN key % 2 = 0 THEN lead(key) OVER nested ELSE lag(key) OVER nested END AS other_key,
           CASE WHEN key % 2 = 0 THEN lead(id) OVER nested ELSE lag(id) OVER nested END AS other_id
    FROM balanced
    WINDOW nested AS (PARTITION BY line_no, balance + (key % 2) ORDER BY key, id)
)
SELECT key, id, CASE WHEN (other_key - key) % 2 IS DISTINCT FROM 0 THEN other_key END AS other_key,
       CASE WHEN (other_key - key) % 2 IS DISTINCT FROM 0 THEN other_id END AS other_id
FROM levelled;
