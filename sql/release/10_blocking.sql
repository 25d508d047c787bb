-- Each row is one roster entry that is not verified, with the requirements that it does not meet.
CREATE OR REPLACE TABLE release__blocking AS
SELECT
    e.municipality_no,
    e.district_no,
    CASE WHEN len(v.reasons) > 0 THEN v.reasons ELSE $requirements::VARCHAR[] END AS reasons
FROM roster__entries AS e
LEFT JOIN verification__verdicts AS v USING (entry_id)
WHERE v.verdict IS DISTINCT FROM 'verified' OR len(v.reasons) IS DISTINCT FROM 0;
