-- Each row is a stretch of time that the outcome rests on: the entry's own, what the logs and the portal prove, what was cut away, silent or too recent; `holds` says whether the message was sent in it.
CREATE OR REPLACE TABLE explain__coverage AS
WITH stretches AS (
    SELECT 'period' AS kind, entry_id, from_utc, to_utc FROM roster__periods
    UNION ALL
    SELECT 'required', entry_id, from_utc, to_utc FROM reconcile__required
    UNION ALL
    SELECT 'logs', entry_id, from_utc, to_utc FROM reconcile__coverage
    UNION ALL
    SELECT 'silent', entry_id, from_utc, to_utc FROM reconcile__silences
    UNION ALL
    SELECT 'last_hours', entry_id, greatest(from_utc, to_utc - $deadline), to_utc FROM reconcile__trimmed WHERE from_utc < to_utc
    UNION ALL
    SELECT 'cut_at_beginning', entry_id, NULL, from_utc FROM reconcile__trimmed WHERE cut_at_beginning
    UNION ALL
    SELECT 'cut_at_end', entry_id, to_utc, NULL FROM reconcile__trimmed WHERE cut_at_end
    UNION ALL
    SELECT 'portal', message.entry_id, portal.from_utc, portal.to_utc
    FROM reconcile__portal_cover AS portal CROSS JOIN explain__message AS message WHERE portal.complete
)
SELECT stretch.kind, stretch.from_utc, stretch.to_utc,
       coalesce(message.sent_at_utc >= stretch.from_utc, true) AND coalesce(message.sent_at_utc < stretch.to_utc, true) AS holds
FROM stretches AS stretch
JOIN explain__message AS message ON message.entry_id = stretch.entry_id
ORDER BY stretch.kind, stretch.from_utc;
