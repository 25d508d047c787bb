-- Each row is one roster entry with how its requirements and its verdict stand to each other.
CREATE OR REPLACE TABLE quality__verification AS
WITH judged AS (
    SELECT
        entry_id,
        count(*) AS requirements,
        count(DISTINCT requirement) AS different_requirements,
        count(*) FILTER (met IS NULL OR coalesce(reason, '') = '' OR coalesce(evidence, '') = '') AS without_reason,
        count(*) FILTER (met IS DISTINCT FROM TRUE) AS unmet
    FROM verification__requirements
    GROUP BY entry_id
),
verdicts AS (
    SELECT entry_id, count(*) AS verdicts, min(verdict) AS verdict, max(len(reasons)) AS reasons
    FROM verification__verdicts
    GROUP BY entry_id
)
SELECT
    e.entry_id,
    coalesce(j.requirements, 0) AS requirements,
    coalesce(j.different_requirements, 0) AS different_requirements,
    coalesce(j.without_reason, 1) AS without_reason,
    coalesce(v.verdicts, 0) AS verdicts,
    coalesce(v.reasons, -1) - coalesce(j.unmet, 0) AS reasons_off_unmet,
    CASE WHEN v.verdict = 'verified' AND j.unmet = 0 AND j.requirements = $requirement_count THEN 0
         WHEN v.verdict = 'not_verified' AND coalesce(j.unmet, 1) > 0 THEN 0
         ELSE 1 END AS verdict_wrong
FROM roster__entries AS e
LEFT JOIN judged AS j USING (entry_id)
LEFT JOIN verdicts AS v USING (entry_id)
ORDER BY e.entry_id;
