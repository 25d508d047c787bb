-- Each row says whether it is known which case system a roster entry had.
CREATE OR REPLACE TABLE verification__case_system_known AS
SELECT
    entry_id, municipality_no, district_no,
    'CASE_SYSTEM_KNOWN' AS requirement,
    reason = 'MET' AS met,
    reason,
    evidence
FROM (
    SELECT
        entry_id, municipality_no, district_no,
        CASE WHEN case_system IS DISTINCT FROM 'VISMA_FAMILIA' THEN 'CASE_SYSTEM_UNKNOWN'
             WHEN case_system_conflict IS DISTINCT FROM FALSE THEN 'CASE_SYSTEM_CONFLICT'
             ELSE 'MET' END AS reason,
        format('case_system={}, conflict={}, made_from={}', coalesce(case_system, '-'),
               coalesce(case_system_conflict::VARCHAR, '-'), coalesce(made_from, '-')) AS evidence
    FROM roster__entries
);
