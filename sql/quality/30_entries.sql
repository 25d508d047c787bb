-- Each row is one roster entry with its counts, their sum, and the bounds of its losses, as the reconciliation left them.
CREATE OR REPLACE TABLE quality__entries AS
SELECT
    e.entry_id,
    coalesce(r.sent, -1) AS sent,
    coalesce(r.registered + r.printed + r.not_delivered + r.in_transit + r.lost + r.unknown, -2) AS accounted,
    coalesce(r.sent - (r.registered + r.printed + r.not_delivered + r.in_transit + r.lost + r.unknown), -1) AS unaccounted,
    list_min([coalesce(count, -1) FOR count IN
              [r.registered, r.printed, r.not_delivered, r.in_transit, r.lost, r.unknown, r.lost_low]]) AS smallest,
    coalesce(r.lost_low, 1) AS lost_low,
    coalesce(r.lost, 0) AS lost,
    coalesce(r.lost_high, -1) AS lost_high,
    coalesce(r.coverage_share, -1)::DOUBLE AS coverage_share,
    coalesce(r.unknown - r.unknown_required, -1) AS unknown_outside_required,
    (r.coverage_from_utc IS NULL) IS DISTINCT FROM (r.coverage_to_utc IS NULL) AS half_a_coverage
FROM roster__entries AS e
LEFT JOIN reconcile__entries AS r USING (entry_id)
ORDER BY e.entry_id;
