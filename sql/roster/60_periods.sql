-- Each row is a stretch of time in which messages belong to a roster entry; stretches that touch are one.
CREATE OR REPLACE TABLE roster__periods AS
WITH stretches AS (
    SELECT municipality_no, district_no, from_utc, to_utc, canonical_no FROM roster__places
),
starts AS (
    SELECT *, from_utc > max(to_utc) OVER (
        PARTITION BY canonical_no, district_no ORDER BY from_utc, to_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS begins
    FROM stretches
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE coalesce(begins, true)) OVER (
        PARTITION BY canonical_no, district_no ORDER BY from_utc, to_utc ROWS UNBOUNDED PRECEDING
    ) AS stretch
    FROM starts
)
SELECT municipality_no || CASE district_no WHEN '' THEN '' ELSE '-' || district_no END AS entry_id,
       min(from_utc) AS from_utc, max(to_utc) AS to_utc
FROM numbered
GROUP BY municipality_no, canonical_no, district_no, stretch
ORDER BY entry_id, from_utc;
