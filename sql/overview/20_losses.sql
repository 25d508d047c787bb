-- Each row is one lost message, or one member of a group with an unnamed loss, and what was done about it (NULL: nothing yet).
CREATE OR REPLACE TABLE overview__losses AS
WITH lost_or_candidate AS (
    SELECT entry_id, message_id, candidate_group, sent_at_utc, form_type, outcome, loss_probability
    FROM reconcile__findings
    WHERE outcome = 'lost' OR candidate_group IS NOT NULL
),
-- The municipality itself follows up, or the one that hosted its service on that day.
followed_up AS (
    SELECT finding.message_id, max_by(action.action, (action.action_date, action.action)) AS action
    FROM lost_or_candidate AS finding
    INNER JOIN roster__entries AS entry ON entry.entry_id = finding.entry_id
    INNER JOIN followup__actions AS action
        ON (action.message_id = finding.message_id OR action.candidate_group = finding.candidate_group)
        AND (action.canonical_no = entry.canonical_no
            OR EXISTS (FROM roster__entry_services AS acting
                       WHERE acting.entry_id = entry.entry_id AND acting.host_canonical_no = action.canonical_no
                         AND acting.from_date <= action.action_date AND action.action_date < acting.to_date))
    WHERE action.action IN ('gjenopprettet', 'meldt_på_nytt', 'ikke_mulig_å_gjenopprette')
    GROUP BY finding.message_id
)
SELECT finding.*, followed_up.action
FROM lost_or_candidate AS finding
LEFT JOIN followed_up ON followed_up.message_id = finding.message_id
ORDER BY finding.entry_id, finding.sent_at_utc, finding.message_id;
