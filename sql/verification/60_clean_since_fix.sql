-- Each row says whether a roster entry is proven long enough after the fix, and has no loss sent after it.
CREATE OR REPLACE TABLE verification__clean_since_fix AS
WITH proven AS (
    SELECT
        f.entry_id,
        sum(epoch(least(p.to_utc, $as_of_utc)) - epoch(greatest(p.from_utc, f.fix_utc)))::BIGINT AS seconds
    FROM verification__fix AS f
    JOIN reconcile__proven AS p ON p.entry_id = f.entry_id AND p.to_utc > f.fix_utc AND p.from_utc < $as_of_utc
    GROUP BY f.entry_id
),
-- A loss that lies unnamed in a group is taken to be the group's latest message: doubt does not clear.
lost_after AS (
    SELECT f.entry_id, count(*) AS messages
    FROM verification__fix AS f
    JOIN reconcile__findings AS m
        ON m.entry_id = f.entry_id AND m.sent_at_utc >= f.fix_utc
        AND (m.outcome = 'lost' OR m.candidate_group IS NOT NULL)
    GROUP BY f.entry_id
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.ended_utc < $as_of_utc THEN 'INTEGRATION_ENDED'
             WHEN r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN f.fix_utc IS NULL THEN 'NOT_FIXED'
             WHEN l.messages > 0 THEN 'LOSS_AFTER_FIX'
             WHEN coalesce(p.seconds, 0) < $clean_seconds THEN 'TOO_SHORT_SINCE_FIX'
             ELSE 'MET' END AS reason,
        CASE WHEN e.ended_utc < $as_of_utc THEN 'ended=' || iso_z(e.ended_utc)
             ELSE format('fixed_since={}, proven_seconds={}, needed_seconds={}, lost_after={}',
                         coalesce(iso_z(f.fix_utc), '-'), coalesce(p.seconds, 0), $clean_seconds::BIGINT,
                         coalesce(l.messages, 0)) END AS evidence
    FROM roster__entries AS e
    JOIN verification__fix AS f USING (entry_id)
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN proven AS p USING (entry_id)
    LEFT JOIN lost_after AS l USING (entry_id)
)
SELECT
    entry_id, municipality_no, district_no,
    'CLEAN_SINCE_FIX' AS requirement,
    reason IN ('MET', 'INTEGRATION_ENDED') AS met,
    reason,
    evidence
FROM judged;
