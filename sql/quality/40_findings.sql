-- Each row is one roster entry with how far its findings are from the portal's messages and from their own rules.
CREATE OR REPLACE TABLE quality__findings AS
WITH held AS (
    SELECT h.entry_id, m.message_id, m.sent_utc
    FROM portal__messages AS m
    JOIN roster__entry_recipients AS h ON h.recipient_id = m.recipient_id
    JOIN roster__periods AS p ON p.entry_id = h.entry_id AND m.sent_utc >= p.from_utc AND m.sent_utc < p.to_utc
),
missing AS (
    SELECT h.entry_id, count(*) AS messages
    FROM held AS h
    ANTI JOIN reconcile__findings AS f ON f.message_id = h.message_id AND f.entry_id = h.entry_id
    GROUP BY h.entry_id
),
surplus AS (
    SELECT f.entry_id, count(*) AS messages
    FROM reconcile__findings AS f
    ANTI JOIN held AS h ON h.message_id = f.message_id AND h.entry_id = f.entry_id
    GROUP BY f.entry_id
),
days AS (
    SELECT
        coalesce(h.entry_id, f.entry_id) AS entry_id,
        count(*) FILTER (h.messages IS DISTINCT FROM f.accounted) AS off
    FROM (SELECT entry_id, sent_utc::DATE AS day, count(*) AS messages FROM held GROUP BY ALL) AS h
    FULL JOIN (
        SELECT
            entry_id, sent_at_utc::DATE AS day,
            count(*) FILTER (outcome IN ('registered', 'printed', 'not_delivered', 'in_transit', 'lost', 'unknown')) AS accounted
        FROM reconcile__findings GROUP BY ALL
    ) AS f ON f.entry_id = h.entry_id AND f.day = h.day
    GROUP BY 1
),
groups AS (
    SELECT
        candidate_group, list(DISTINCT entry_id) AS entries,
        abs(sum(loss_probability) - count(*) FILTER (outcome = 'lost')) > 1e-6 OR count(*) FILTER (outcome = 'lost') = 0
            OR count(*) = 1 OR count(*) FILTER (outcome = 'unknown') > 0 AS is_wrong
    FROM reconcile__findings
    WHERE candidate_group IS NOT NULL
    GROUP BY candidate_group
),
wrong_groups AS (
    -- A host's pool may let a group reach over several entries: it is judged whole, and told of each.
    SELECT entry_id, count(*) FILTER (is_wrong IS DISTINCT FROM FALSE) AS groups
    FROM (SELECT is_wrong, unnest(entries) AS entry_id FROM groups)
    GROUP BY entry_id
),
ruled AS (
    SELECT
        f.entry_id,
        count(*) AS findings,
        count(*) - count(DISTINCT f.message_id) AS repeated,
        count(*) FILTER (w.outcome IS NULL) AS unknown_outcomes,
        count(*) FILTER (
            (f.outcome = 'registered') IS DISTINCT FROM (coalesce(f.matched_by, '') IN ('id', 'time'))
        ) AS matched_wrongly,
        count(*) FILTER (f.loss_probability BETWEEN 0 AND 1 + 1e-9) AS sound_probabilities,
        count(*) FILTER (f.outcome = 'lost' AND f.covered IS DISTINCT FROM TRUE) AS lost_outside_coverage,
        count(*) FILTER (f.outcome = 'in_transit' AND f.sent_at_utc + $deadline <= $as_of_utc) AS in_transit_too_old,
        count(*) FILTER (f.outcome = 'lost') AS lost
    FROM reconcile__findings AS f
    LEFT JOIN (
        VALUES ('registered'), ('printed'), ('not_delivered'), ('in_transit'), ('lost'), ('unknown')
    ) AS w(outcome) ON w.outcome = f.outcome
    GROUP BY f.entry_id
)
SELECT
    e.entry_id,
    coalesce(m.messages, 0) AS missing,
    coalesce(s.messages, 0) AS surplus,
    coalesce(d.off, 0) AS days_not_conserved,
    coalesce(r.repeated, 0) AS repeated,
    coalesce(r.unknown_outcomes, 0) AS unknown_outcomes,
    coalesce(r.matched_wrongly, 0) AS matched_wrongly,
    coalesce(r.findings - r.sound_probabilities, 0) AS unsound_probabilities,
    coalesce(g.groups, 0) AS wrong_groups,
    coalesce(r.lost_outside_coverage, 0) AS lost_outside_coverage,
    coalesce(r.in_transit_too_old, 0) AS in_transit_too_old,
    coalesce(r.findings, 0) - coalesce(n.sent, -1) AS findings_off_sent,
    coalesce(r.lost, 0) - coalesce(n.lost, -1) AS findings_off_lost
FROM roster__entries AS e
LEFT JOIN reconcile__entries AS n USING (entry_id)
LEFT JOIN missing AS m USING (entry_id)
LEFT JOIN surplus AS s USING (entry_id)
LEFT JOIN days AS d USING (entry_id)
LEFT JOIN wrong_groups AS g USING (entry_id)
LEFT JOIN ruled AS r USING (entry_id)
ORDER BY e.entry_id;
