-- Each row says whether it is known which case system a roster entry had, for all the messages that may be its own.
CREATE OR REPLACE TABLE verification__case_system_known AS
WITH unheld AS (
    SELECT entry_id, min(reason) AS reason, sum(messages)::BIGINT AS messages, min(first_sent_utc) AS first_utc,
           max(last_sent_utc) AS last_utc, string_agg(listed_under, '|' ORDER BY reason) AS listed_under
    FROM roster__unheld
    GROUP BY entry_id
)
SELECT
    entry_id, municipality_no, district_no,
    'CASE_SYSTEM_KNOWN' AS requirement,
    reason = 'MET' AS met,
    reason,
    evidence
FROM (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.case_system IS DISTINCT FROM 'VISMA_FAMILIA' THEN 'CASE_SYSTEM_UNKNOWN'
             WHEN e.case_system_conflict IS DISTINCT FROM FALSE THEN 'CASE_SYSTEM_CONFLICT'
             ELSE coalesce(u.reason, 'MET') END AS reason,
        format('case_system={}, conflict={}, made_from={}', coalesce(e.case_system, '-'),
               coalesce(e.case_system_conflict::VARCHAR, '-'), coalesce(e.made_from, '-'))
            || coalesce(format(', unheld={}, listed_under={}, sent={}/{}', u.messages, u.listed_under,
                               iso_z(u.first_utc), iso_z(u.last_utc)), '') AS evidence
    FROM roster__entries AS e
    LEFT JOIN unheld AS u USING (entry_id)
);
