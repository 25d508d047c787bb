-- Each row is a roster entry with its messages by outcome, what is proven of its period, and the bounds of its losses.
CREATE OR REPLACE TABLE reconcile__entries AS
WITH counts AS (
    SELECT entry_id, count(*) AS sent,
           count(*) FILTER (WHERE outcome = 'registered') AS registered,
           count(*) FILTER (WHERE outcome = 'printed') AS printed,
           count(*) FILTER (WHERE outcome = 'not_delivered') AS not_delivered,
           count(*) FILTER (WHERE outcome = 'in_transit') AS in_transit,
           count(*) FILTER (WHERE outcome = 'lost') AS lost,
           count(*) FILTER (WHERE outcome = 'unknown') AS unknown,
           count(*) FILTER (WHERE outcome = 'unknown' AND required) AS unknown_required,
           count(*) FILTER (WHERE outcome = 'unknown' AND covered AND cause IN ('rejected_row', 'superseded', 'clock_not_identified')) AS may_be_lost
    FROM reconcile__findings GROUP BY entry_id
),
required AS (
    SELECT entry_id, min(from_utc) AS from_utc, max(to_utc) AS to_utc,
           sum(epoch_ms(to_utc) - epoch_ms(from_utc))::BIGINT AS length_ms
    FROM reconcile__required GROUP BY entry_id
),
shares AS (
    SELECT required.entry_id,
           sum(epoch_ms(least(required.to_utc, proven.to_utc)) - epoch_ms(greatest(required.from_utc, proven.from_utc)))::BIGINT AS proven_ms
    FROM reconcile__required AS required
    JOIN reconcile__proven AS proven
      ON proven.entry_id = required.entry_id
     AND greatest(required.from_utc, proven.from_utc) < least(required.to_utc, proven.to_utc)
    GROUP BY required.entry_id
),
proven AS (SELECT entry_id, min(from_utc) AS from_utc, max(to_utc) AS to_utc FROM reconcile__proven GROUP BY entry_id),
clocks AS (
    SELECT upload_id, arg_max(convention, period) AS convention,
           list({'from_local': strftime(from_local, '%Y-%m-%dT%H:%M:%S'), 'to_local': strftime(to_local, '%Y-%m-%dT%H:%M:%S'), 'convention': convention, 'identified': identified,
                 'offset_s': offset_s, 'drift_s_a_day': drift_s_a_day} ORDER BY period) AS periods,
           -- One number stands for a log only where its clock kept to it.
           CASE WHEN bool_and(identified) AND max(abs(drift_s_a_day)) = 0 AND max(offset_s) - min(offset_s) <= 30 THEN arg_max(offset_s, period) END AS offset_s
    FROM reconcile__clocks
    GROUP BY upload_id HAVING bool_or(identified)
),
logs AS (
    SELECT spoken.entry_id, count(*) AS uploads, arg_max(clock.convention, upload.arrival) AS convention, arg_max(clock.periods, upload.arrival) AS periods,
           CASE WHEN bool_and(clock.offset_s IS NOT NULL OR clock.upload_id IS NULL) AND max(clock.offset_s) - min(clock.offset_s) <= 120
                THEN arg_max(clock.offset_s, upload.arrival) END AS offset_s
    FROM reconcile__answers AS spoken
    JOIN reconcile__uploads AS upload ON upload.upload_id = spoken.upload_id
    LEFT JOIN clocks AS clock ON clock.upload_id = upload.upload_id
    GROUP BY spoken.entry_id
),
rows AS (SELECT entry_id, count(*) AS registrations FROM (SELECT unnest(entries) AS entry_id FROM reconcile__registrations) GROUP BY entry_id)
SELECT
    entry.entry_id,
    coalesce(counts.sent, 0) AS sent,
    coalesce(counts.registered, 0) AS registered,
    coalesce(counts.printed, 0) AS printed,
    coalesce(counts.not_delivered, 0) AS not_delivered,
    coalesce(counts.in_transit, 0) AS in_transit,
    coalesce(counts.lost, 0) AS lost,
    coalesce(counts.unknown, 0) AS unknown,
    greatest(0, coalesce(counts.lost, 0) - ambiguity.may_be_fewer)::BIGINT AS lost_low,
    (coalesce(counts.lost, 0) + coalesce(counts.may_be_lost, 0) + ambiguity.may_be_more + hidden.upper)::BIGINT AS lost_high,
    proven.from_utc AS coverage_from_utc,
    proven.to_utc AS coverage_to_utc,
    CASE WHEN required.length_ms > 0 THEN coalesce(shares.proven_ms, 0) / required.length_ms ELSE 0 END::DOUBLE AS coverage_share,
    required.from_utc AS required_from_utc,
    required.to_utc AS required_to_utc,
    (coalesce(required.length_ms, 0) // 1000)::BIGINT AS required_seconds,
    coalesce(counts.unknown_required, 0) AS unknown_required,
    logs.convention AS clock_convention,
    logs.offset_s AS clock_offset_s,
    logs.periods AS clock_periods,
    portal.complete AS portal_covered,
    coalesce(logs.uploads, 0) AS uploads,
    coalesce(rows.registrations, 0) AS registrations
FROM roster__entries AS entry
LEFT JOIN counts ON counts.entry_id = entry.entry_id
LEFT JOIN required ON required.entry_id = entry.entry_id
LEFT JOIN shares ON shares.entry_id = entry.entry_id
LEFT JOIN proven ON proven.entry_id = entry.entry_id
LEFT JOIN logs ON logs.entry_id = entry.entry_id
LEFT JOIN rows ON rows.entry_id = entry.entry_id
JOIN reconcile__ambiguity AS ambiguity ON ambiguity.entry_id = entry.entry_id
JOIN reconcile__hidden AS hidden ON hidden.entry_id = entry.entry_id
CROSS JOIN reconcile__portal_cover AS portal
ORDER BY entry.entry_id;
