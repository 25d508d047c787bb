-- Each row says whether the survey was answered for a roster entry, by the service that acted for it on that day, itself or by another.
CREATE OR REPLACE TABLE verification__survey_answered AS
WITH heard AS (
    SELECT entry_id, string_agg(DISTINCT service_id, '|' ORDER BY service_id) AS services,
           string_agg(DISTINCT answer_id, '|' ORDER BY answer_id) AS answer_ids
    FROM verification__survey_heard
    GROUP BY entry_id
),
-- What the entry's services answered while another, or none, acted for it.
at_another_time AS (
    SELECT m.entry_id, string_agg(DISTINCT b.answer_id, '|' ORDER BY b.answer_id) AS answer_ids
    FROM roster__entry_services AS m
    JOIN survey__by_service AS b ON b.service_id = m.service_id
    GROUP BY m.entry_id
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.service_id IS NULL THEN 'NO_SERVICE'
             WHEN h.entry_id IS NOT NULL THEN 'MET'
             WHEN o.entry_id IS NOT NULL THEN 'ANSWERED_AT_ANOTHER_TIME'
             ELSE 'NOT_ANSWERED' END AS reason,
        format('service={}, answers={}, answered_by={}, at_another_time={}', coalesce(e.service_id, '-'),
               coalesce(h.answer_ids, '-'), coalesce(h.services, '-'),
               CASE WHEN h.entry_id IS NULL THEN coalesce(o.answer_ids, '-') ELSE '-' END) AS evidence
    FROM roster__entries AS e
    LEFT JOIN heard AS h USING (entry_id)
    LEFT JOIN at_another_time AS o USING (entry_id)
)
SELECT entry_id, municipality_no, district_no, 'SURVEY_ANSWERED' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
