-- Each row is a roster entry: a place with all its stretches, whether one of them is unknown, and when the last one ended.
CREATE OR REPLACE TABLE roster__entry_places AS
SELECT
    municipality_no || CASE district_no WHEN '' THEN '' ELSE '-' || district_no END AS entry_id,
    municipality_no,
    canonical_no,
    district_no,
    CASE WHEN bool_or(case_system = 'UKJENT') THEN 'UKJENT' ELSE 'VISMA_FAMILIA' END AS case_system,
    CASE WHEN bool_and(written_to_utc IS NOT NULL AND written_to_utc <= $as_of_utc) THEN max(written_to_utc) END AS ended_utc,
    min(made_from) AS made_from
FROM roster__places
GROUP BY municipality_no, canonical_no, district_no
ORDER BY entry_id;
