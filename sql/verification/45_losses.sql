-- Each row is one lost message, or one group that losses lie in unnamed, with whether it was restored, reported anew or found impossible to restore.
CREATE OR REPLACE TABLE verification__losses AS
WITH losses AS (
    SELECT DISTINCT
        entry_id,
        CASE WHEN candidate_group IS NULL THEN message_id END AS message_id,
        candidate_group
    FROM reconcile__findings
    WHERE outcome = 'lost' OR candidate_group IS NOT NULL
),
done AS (
    SELECT * FROM followup__actions WHERE action IN ('gjenopprettet', 'meldt_på_nytt', 'ikke_mulig_å_gjenopprette')
)
-- The municipality itself follows up, or the one that hosted its service on that day.
SELECT l.entry_id, l.message_id, l.candidate_group, bool_or(d.action IS NOT NULL) AS is_followed
FROM losses AS l
JOIN roster__entries AS e USING (entry_id)
LEFT JOIN done AS d
    ON (d.message_id = l.message_id OR d.candidate_group = l.candidate_group)
    AND (d.canonical_no = e.canonical_no
         OR EXISTS (FROM roster__entry_services AS m
                    WHERE m.entry_id = e.entry_id AND m.host_canonical_no = d.canonical_no
                      AND m.from_date <= d.action_date AND d.action_date < m.to_date))
GROUP BY ALL;
