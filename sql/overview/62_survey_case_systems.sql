-- Each row is one case system, with how many counting answers say it was integrated with the portal and how many that it was not.
CREATE OR REPLACE TABLE overview__survey_case_systems AS
WITH named AS (
    SELECT DISTINCT answer_id, unnest(case_systems) AS case_system, unnest(integrated) AS integrated
    FROM survey__answers
    WHERE NOT discarded AND NOT superseded
)
SELECT
    case_system,
    count(DISTINCT answer_id) FILTER (integrated = 'ja') AS integrated,
    count(DISTINCT answer_id) FILTER (integrated = 'nei') AS not_integrated
FROM named
WHERE case_system IS NOT NULL
GROUP BY case_system
ORDER BY case_system;
