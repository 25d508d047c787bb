-- Each row says whether what was answered for a roster entry, by the last service that answered while it acted for it, agrees with what the logs show.
CREATE OR REPLACE TABLE verification__survey_agrees AS
WITH judged_by AS (
    SELECT entry_id, service_id, answer_id, received_on, missing, services, stated_in_all, stated
    FROM verification__survey_heard
    WHERE is_judged_by
    QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY received_on DESC, answer_id) = 1
),
-- What the logs show for all the entries that the answer speaks for, by the services of its day, and for those of this service alone.
set_against AS (
    SELECT
        c.service_id, c.answer_id,
        coalesce(sum(r.lost_low), 0)::BIGINT AS lost_low,
        coalesce(sum(r.lost_high), 0)::BIGINT AS lost_high,
        coalesce(sum(r.lost_low) FILTER (m.service_id = c.service_id), 0)::BIGINT AS own_low,
        coalesce(sum(r.lost_high) FILTER (m.service_id = c.service_id), 0)::BIGINT AS own_high
    FROM (SELECT DISTINCT service_id, answer_id, received_on, services FROM judged_by) AS c
    LEFT JOIN roster__entry_services AS m
        ON list_contains(c.services, m.service_id) AND m.from_date <= c.received_on AND c.received_on < m.to_date
    LEFT JOIN reconcile__entries AS r ON r.entry_id = m.entry_id
    GROUP BY c.service_id, c.answer_id
),
disagreeing AS (
    SELECT service_id, string_agg(answer_id || '/' || other_answer_id, '|' ORDER BY answer_id, other_answer_id) AS answers
    FROM survey__disagreements
    GROUP BY service_id
),
denied AS (
    SELECT DISTINCT service_id FROM survey__spoken_for WHERE says_not_integrated
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.service_id IS NULL THEN 'NO_SERVICE'
             WHEN r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN j.entry_id IS NULL THEN CASE q.reason WHEN 'MET' THEN 'ANSWERED_AT_ANOTHER_TIME' ELSE q.reason END
             WHEN d.service_id IS NOT NULL THEN 'ANSWERS_DISAGREE'
             WHEN n.service_id IS NOT NULL THEN 'SAYS_NOT_INTEGRATED'
             WHEN j.missing = 'vet_ikke' THEN 'SAYS_DOES_NOT_KNOW'
             WHEN j.missing = 'ja_ukjent' AND a.lost_high > 0 THEN 'MET'
             WHEN j.missing = 'ja_ukjent' THEN 'NO_LOSSES_FOUND'
             WHEN j.missing IS DISTINCT FROM 'nei' AND j.missing IS DISTINCT FROM 'ja_kjent' THEN 'SAYS_NOTHING'
             WHEN j.stated_in_all IS NULL THEN 'NUMBER_MISSING'
             WHEN NOT j.stated_in_all BETWEEN a.lost_low AND a.lost_high THEN 'NUMBER_DIFFERS'
             WHEN NOT coalesce(j.stated, a.own_low) BETWEEN a.own_low AND a.own_high THEN 'NUMBER_DIFFERS'
             ELSE 'MET' END AS reason,
        format('answer={}, by={}, says={}, stated={}, logs={}..{}, stated_for_service={}, logs_for_service={}..{}, disagreeing={}',
               coalesce(j.answer_id, '-'), coalesce(j.service_id, '-'), coalesce(nullif(j.missing, ''), '-'),
               coalesce(j.stated_in_all::VARCHAR, '-'), coalesce(a.lost_low, 0), coalesce(a.lost_high, 0),
               coalesce(j.stated::VARCHAR, '-'), coalesce(a.own_low, 0), coalesce(a.own_high, 0),
               coalesce(d.answers, '-')) AS evidence
    FROM roster__entries AS e
    JOIN verification__survey_answered AS q USING (entry_id)
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN judged_by AS j USING (entry_id)
    LEFT JOIN set_against AS a ON a.service_id = j.service_id AND a.answer_id = j.answer_id
    LEFT JOIN disagreeing AS d ON d.service_id = j.service_id
    LEFT JOIN denied AS n ON n.service_id = j.service_id
)
SELECT entry_id, municipality_no, district_no, 'SURVEY_AGREES' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
