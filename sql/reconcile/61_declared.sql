-- Each row is a stretch that the uploads together declare for a roster entry; stretches that touch go on from each other and are one.
CREATE OR REPLACE TABLE reconcile__declared AS
WITH starts AS (
    SELECT *, coalesce(from_utc > max(to_utc) OVER (
        PARTITION BY entry_id ORDER BY from_utc, to_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), true) AS begins
    FROM reconcile__proof
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY entry_id ORDER BY from_utc, to_utc ROWS UNBOUNDED PRECEDING) AS stretch
    FROM starts
)
SELECT entry_id, stretch, min(from_utc) AS from_utc, max(to_utc) AS to_utc
FROM numbered
GROUP BY entry_id, stretch
ORDER BY entry_id, stretch;
