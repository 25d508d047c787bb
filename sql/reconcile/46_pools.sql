-- Each row is a pool of roster entries whose messages the same rows can answer, with the round in which it is matched: small pools first, overlapping ones apart.
CREATE OR REPLACE TABLE reconcile__pools AS
WITH pools AS (
    SELECT DISTINCT source, pool, entries, pool_size FROM reconcile__row_classes
)
SELECT source, pool, unnest(entries) AS entry_id, pool_size,
       CASE pool_size WHEN 1 THEN 0 ELSE dense_rank() OVER (ORDER BY pool_size = 1, pool_size, pool) END AS level
FROM pools
ORDER BY level, source, pool, entry_id;
