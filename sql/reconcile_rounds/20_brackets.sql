-- Each row is an event with its nesting level: messages and registrations pair like parentheses, the most recent open message first.
CREATE OR REPLACE TABLE reconcile_rounds__brackets AS
WITH balanced AS (
    SELECT *, sum(1 - 2 * (k % 2)) OVER (
        PARTITION BY group_key ORDER BY k, id ROWS UNBOUNDED PRECEDING
    ) AS balance
    FROM reconcile_rounds__events
)
SELECT group_key, source, id, k,
       lead(k) OVER nested AS next_k,
       lead(id) OVER nested AS next_id
FROM balanced
WINDOW nested AS (PARTITION BY group_key, balance + (k % 2) ORDER BY k, id);
