-- Each row is a roster entry and the 97.5 % quantile of a Poisson number of losses that its late and repeated registrations may hide.
CREATE OR REPLACE TABLE reconcile__hidden AS
WITH terms AS (
    SELECT entry_id, hidden_mean, unnest(range(0, 200)) AS k FROM reconcile__ambiguity WHERE hidden_mean > 0
),
cumulated AS (
    SELECT entry_id, k, sum(exp(-hidden_mean + k * ln(hidden_mean) - lgamma(k + 1))) OVER (PARTITION BY entry_id ORDER BY k) AS reached
    FROM terms
)
SELECT entry.entry_id, coalesce(min(cumulated.k), 0)::BIGINT AS upper
FROM roster__entries AS entry
LEFT JOIN cumulated ON cumulated.entry_id = entry.entry_id AND cumulated.reached >= 0.975
GROUP BY entry.entry_id
ORDER BY entry.entry_id;
