-- Each row says whether a roster entry's service answered the survey, itself or by another.
CREATE OR REPLACE TABLE verification__survey_answered AS
WITH answers AS (
    SELECT service_id, count(*) AS answers, string_agg(answer_id, '|' ORDER BY answer_id) AS answer_ids
    FROM survey__by_service
    GROUP BY service_id
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.service_id IS NULL THEN 'NO_SERVICE'
             WHEN a.service_id IS NULL THEN 'NOT_ANSWERED'
             ELSE 'MET' END AS reason,
        format('service={}, answers={}', coalesce(e.service_id, '-'), coalesce(a.answer_ids, '-')) AS evidence
    FROM roster__entries AS e
    LEFT JOIN answers AS a USING (service_id)
)
SELECT entry_id, municipality_no, district_no, 'SURVEY_ANSWERED' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
