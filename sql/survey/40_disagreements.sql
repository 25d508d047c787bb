-- Each row is one service of which two counting answers cannot both be right, or of which one of several says nothing.
CREATE OR REPLACE TABLE survey__disagreements AS
WITH pairs AS (
    SELECT
        a.service_id,
        a.answer_id,
        b.answer_id AS other_answer_id,
        CASE WHEN a.missing IN ('vet_ikke', '') OR b.missing IN ('vet_ikke', '') THEN 'SAYS_NOTHING'
             WHEN a.stated IS NOT NULL AND b.stated IS NOT NULL
                  THEN CASE WHEN a.stated IS DISTINCT FROM b.stated THEN 'DIFFERENT_NUMBERS' END
             WHEN a.stated > b.stated_together OR b.stated > a.stated_together THEN 'DIFFERENT_NUMBERS'
             WHEN (a.stated = 0 AND len(b.services) = 1) OR (b.stated = 0 AND len(a.services) = 1) THEN 'NONE_AND_SOME'
             WHEN a.services = b.services AND a.stated_together IS DISTINCT FROM b.stated_together
                  AND a.stated_together IS NOT NULL AND b.stated_together IS NOT NULL THEN 'DIFFERENT_NUMBERS'
        END AS disagreement
    FROM survey__spoken_for AS a
    JOIN survey__spoken_for AS b ON b.service_id = a.service_id AND b.answer_id > a.answer_id
)
SELECT service_id, answer_id, other_answer_id, disagreement FROM pairs WHERE disagreement IS NOT NULL;
