-- Each row says whether every lost message, or the group that a loss lies in, of a roster entry was restored, reported anew or found impossible to restore.
CREATE OR REPLACE TABLE verification__losses_followed_up AS
WITH summed AS (
    SELECT
        entry_id,
        count(*) AS losses,
        count(*) FILTER (is_followed) AS followed,
        list_slice(list(coalesce(candidate_group, message_id::VARCHAR) ORDER BY coalesce(candidate_group, message_id::VARCHAR))
            FILTER (NOT is_followed), 1, 20) AS open
    FROM verification__losses
    GROUP BY entry_id
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN r.lost > 0 AND s.entry_id IS NULL THEN 'LOSSES_NOT_NAMED'
             WHEN s.followed < s.losses THEN 'NOT_FOLLOWED_UP'
             WHEN s.losses > 0 THEN 'MET'
             ELSE 'NO_LOSSES' END AS reason,
        format('losses_or_groups={}, followed_up={}', coalesce(s.losses, 0), coalesce(s.followed, 0))
            || coalesce(', open=' || nullif(array_to_string(s.open, '|'), ''), '') AS evidence
    FROM roster__entries AS e
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN summed AS s USING (entry_id)
)
SELECT
    entry_id, municipality_no, district_no,
    'LOSSES_FOLLOWED_UP' AS requirement,
    reason IN ('MET', 'NO_LOSSES') AS met,
    reason,
    evidence
FROM judged;
