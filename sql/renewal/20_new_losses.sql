-- Each row is one message that is lost or may be and was neither when approved, and one without id if losses grew in number.
CREATE OR REPLACE TABLE renewal__new_losses AS
WITH lost_before AS (
    SELECT message_id FROM renewal__approved_findings WHERE outcome = 'lost' OR candidate_group IS NOT NULL
),
lost_now AS (
    SELECT message_id FROM renewal__present_findings WHERE outcome = 'lost' OR candidate_group IS NOT NULL
),
counts AS (
    SELECT
        (SELECT count(*) FROM renewal__approved_findings WHERE outcome = 'lost') AS before,
        (SELECT count(*) FROM renewal__present_findings WHERE outcome = 'lost') AS now
)
SELECT n.message_id FROM lost_now AS n ANTI JOIN lost_before AS b ON b.message_id = n.message_id
UNION ALL
SELECT NULL::UUID FROM counts WHERE now > before;
