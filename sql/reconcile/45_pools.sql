-- Each row is a pool of roster entries whose messages the same rows can answer, with the round in which it is matched: small pools first, overlapping ones apart.
CREATE OR REPLACE TABLE reconcile__pools AS
WITH pools AS (
    SELECT DISTINCT source, pool, entries, pool_size FROM reconcile__time_rows
),
measured AS (
    SELECT source, pool, CASE WHEN bool_and(reference = 'acknowledged') THEN 'acknowledged' ELSE 'sent' END AS reference
    FROM reconcile__time_rows GROUP BY source, pool
)
SELECT pools.source, pools.pool, unnest(pools.entries) AS entry_id, pools.pool_size, measured.reference,
       CASE pools.pool_size WHEN 1 THEN 0
            ELSE dense_rank() OVER (ORDER BY pools.pool_size = 1, pools.pool_size, pools.pool) END AS level
FROM pools
JOIN measured ON measured.source = pools.source AND measured.pool = pools.pool
ORDER BY level, source, pool, entry_id;
