-- Each row says whether what was answered for a roster entry's service agrees with what the logs show.
CREATE OR REPLACE TABLE verification__survey_agrees AS
WITH found AS (
    SELECT e.service_id, sum(r.lost_low)::BIGINT AS lost_low, sum(r.lost_high)::BIGINT AS lost_high
    FROM roster__entries AS e
    JOIN reconcile__entries AS r USING (entry_id)
    WHERE e.service_id IS NOT NULL
    GROUP BY e.service_id
),
counted AS (
    SELECT s.*
    FROM survey__spoken_for AS s
    JOIN survey__by_service AS b ON b.service_id = s.service_id AND b.answer_id = s.answer_id AND b.counted
),
-- What the logs show for all the services that the answer speaks for, and for this one alone.
set_against AS (
    SELECT
        c.service_id, c.answer_id, c.missing, c.stated_in_all, c.stated,
        coalesce(sum(f.lost_low), 0)::BIGINT AS lost_low,
        coalesce(sum(f.lost_high), 0)::BIGINT AS lost_high,
        coalesce(sum(f.lost_low) FILTER (f.service_id = c.service_id), 0)::BIGINT AS own_low,
        coalesce(sum(f.lost_high) FILTER (f.service_id = c.service_id), 0)::BIGINT AS own_high
    FROM counted AS c
    LEFT JOIN found AS f ON list_contains(c.services, f.service_id)
    GROUP BY ALL
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
             WHEN a.service_id IS NULL THEN 'NOT_ANSWERED'
             WHEN d.service_id IS NOT NULL THEN 'ANSWERS_DISAGREE'
             WHEN n.service_id IS NOT NULL THEN 'SAYS_NOT_INTEGRATED'
             WHEN a.missing = 'vet_ikke' THEN 'SAYS_DOES_NOT_KNOW'
             WHEN a.missing = 'ja_ukjent' AND a.lost_high > 0 THEN 'MET'
             WHEN a.missing = 'ja_ukjent' THEN 'NO_LOSSES_FOUND'
             WHEN a.missing IS DISTINCT FROM 'nei' AND a.missing IS DISTINCT FROM 'ja_kjent' THEN 'SAYS_NOTHING'
             WHEN a.stated_in_all IS NULL THEN 'NUMBER_MISSING'
             WHEN NOT a.stated_in_all BETWEEN a.lost_low AND a.lost_high THEN 'NUMBER_DIFFERS'
             WHEN NOT coalesce(a.stated, a.own_low) BETWEEN a.own_low AND a.own_high THEN 'NUMBER_DIFFERS'
             ELSE 'MET' END AS reason,
        format('answer={}, says={}, stated={}, logs={}..{}, stated_for_service={}, logs_for_service={}..{}, disagreeing={}',
               coalesce(a.answer_id, '-'), coalesce(nullif(a.missing, ''), '-'), coalesce(a.stated_in_all::VARCHAR, '-'),
               coalesce(a.lost_low, 0), coalesce(a.lost_high, 0), coalesce(a.stated::VARCHAR, '-'),
               coalesce(a.own_low, 0), coalesce(a.own_high, 0), coalesce(d.answers, '-')) AS evidence
    FROM roster__entries AS e
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN set_against AS a ON a.service_id = e.service_id
    LEFT JOIN disagreeing AS d ON d.service_id = e.service_id
    LEFT JOIN denied AS n ON n.service_id = e.service_id
)
SELECT entry_id, municipality_no, district_no, 'SURVEY_AGREES' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
