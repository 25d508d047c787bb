-- Each row is one message that the portal holds, with whether it may be deleted and why.
CREATE OR REPLACE TABLE release__clearance AS
WITH open_losses AS (
    SELECT message_id, candidate_group FROM verification__losses WHERE NOT is_followed
),
closed_losses AS (
    SELECT message_id, candidate_group FROM verification__losses WHERE is_followed
),
judged AS (
    SELECT
        m.message_id,
        CASE WHEN $decision::VARCHAR IS DISTINCT FROM 'RELEASE' THEN 'HOLD'
             WHEN f.message_id IS NULL THEN 'NOT_IN_ROSTER'
             WHEN f.candidate_group IN (SELECT candidate_group FROM open_losses WHERE candidate_group IS NOT NULL)
                  THEN 'IN_CANDIDATE_GROUP'
             WHEN f.outcome = 'lost'
                  AND (f.message_id IN (SELECT message_id FROM closed_losses WHERE message_id IS NOT NULL)
                       OR f.candidate_group IN (SELECT candidate_group FROM closed_losses WHERE candidate_group IS NOT NULL))
                  THEN 'FOLLOWED_UP'
             WHEN f.outcome = 'registered' THEN 'REGISTERED'
             WHEN f.outcome = 'printed' THEN 'PRINTED'
             ELSE upper(coalesce(f.outcome, 'unknown')) END AS reason
    FROM portal__messages AS m
    LEFT JOIN reconcile__findings AS f USING (message_id)
)
SELECT
    message_id,
    CASE WHEN reason IN ('REGISTERED', 'PRINTED', 'FOLLOWED_UP') THEN 'delete' ELSE 'keep' END AS clearance,
    reason
FROM judged;
