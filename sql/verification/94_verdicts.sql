-- Each row is one roster entry with its verdict: verified only where all the requirements are there and met.
CREATE OR REPLACE TABLE verification__verdicts AS
WITH asked AS (
    SELECT unnest($requirements::VARCHAR[]) AS requirement, generate_subscripts($requirements::VARCHAR[], 1) AS place
),
judged AS (
    SELECT e.entry_id, a.requirement, a.place, coalesce(q.met, FALSE) AS met
    FROM roster__entries AS e
    CROSS JOIN asked AS a
    LEFT JOIN verification__requirements AS q ON q.entry_id = e.entry_id AND q.requirement = a.requirement
)
SELECT
    entry_id,
    CASE WHEN bool_and(met) AND count(*) = len($requirements::VARCHAR[]) THEN 'verified' ELSE 'not_verified' END AS verdict,
    coalesce(list(requirement ORDER BY place) FILTER (NOT met), []::VARCHAR[]) AS reasons
FROM judged
GROUP BY entry_id;
