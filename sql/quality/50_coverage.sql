-- Each row is one roster entry with what is wrong with the intervals that are said to be proven for it.
CREATE OR REPLACE TABLE quality__coverage AS
WITH intervals AS (
    SELECT 'coverage' AS kind, entry_id, from_utc, to_utc FROM reconcile__coverage
    UNION ALL
    SELECT 'proven', entry_id, from_utc, to_utc FROM reconcile__proven
),
ordered AS (
    SELECT
        *,
        max(to_utc) OVER (PARTITION BY kind, entry_id ORDER BY from_utc, to_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_utc
    FROM intervals
),
shaped AS (
    SELECT
        entry_id,
        count(*) FILTER (from_utc < before_utc) AS overlapping,
        count(*) FILTER ((from_utc < to_utc) IS DISTINCT FROM TRUE) AS without_length
    FROM ordered
    GROUP BY entry_id
),
-- How much of each proven interval lies within the entry's period, and within what its logs cover: all of it, or it is wrong.
inside AS (
    SELECT
        p.entry_id, p.from_utc, p.to_utc,
        epoch_ms(p.to_utc) - epoch_ms(p.from_utc) AS length_ms,
        (
            SELECT coalesce(sum(epoch_ms(least(p.to_utc, q.to_utc)) - epoch_ms(greatest(p.from_utc, q.from_utc))), 0)
            FROM roster__periods AS q
            WHERE q.entry_id = p.entry_id AND q.from_utc < p.to_utc AND q.to_utc > p.from_utc
        ) AS in_period_ms,
        (
            SELECT coalesce(sum(epoch_ms(least(p.to_utc, c.to_utc)) - epoch_ms(greatest(p.from_utc, c.from_utc))), 0)
            FROM reconcile__coverage AS c
            WHERE c.entry_id = p.entry_id AND c.from_utc < p.to_utc AND c.to_utc > p.from_utc
        ) AS in_coverage_ms
    FROM reconcile__proven AS p
),
outside AS (
    SELECT
        entry_id,
        count(*) FILTER (in_period_ms < length_ms) AS outside_period,
        count(*) FILTER (in_coverage_ms < length_ms) AS outside_coverage
    FROM inside
    GROUP BY entry_id
),
required AS (
    SELECT
        e.entry_id,
        greatest(p.from_utc, e.required_from_utc) AS from_utc,
        least(p.to_utc, e.required_to_utc) AS to_utc
    FROM reconcile__entries AS e
    JOIN roster__periods AS p
        ON p.entry_id = e.entry_id AND p.from_utc < e.required_to_utc AND p.to_utc > e.required_from_utc
),
required_length AS (
    SELECT entry_id, sum(epoch_ms(to_utc) - epoch_ms(from_utc))::BIGINT AS length_ms FROM required GROUP BY entry_id
),
proven_length AS (
    SELECT r.entry_id, sum(epoch_ms(least(r.to_utc, p.to_utc)) - epoch_ms(greatest(r.from_utc, p.from_utc)))::BIGINT AS length_ms
    FROM required AS r
    JOIN reconcile__proven AS p ON p.entry_id = r.entry_id AND p.from_utc < r.to_utc AND p.to_utc > r.from_utc
    GROUP BY r.entry_id
)
SELECT
    e.entry_id,
    coalesce(s.overlapping, 0) AS overlapping,
    coalesce(s.without_length, 0) AS without_length,
    coalesce(o.outside_period, 0) AS outside_period,
    coalesce(o.outside_coverage, 0) AS outside_coverage,
    -- Seconds by which the stated share differs from the intervals; a share to the second leaves none.
    coalesce(
        round(abs(n.coverage_share * coalesce(q.length_ms, 0) - coalesce(p.length_ms, 0)) / 1000)::BIGINT, -1
    ) AS share_off_seconds
FROM roster__entries AS e
LEFT JOIN reconcile__entries AS n USING (entry_id)
LEFT JOIN shaped AS s USING (entry_id)
LEFT JOIN outside AS o USING (entry_id)
LEFT JOIN required_length AS q USING (entry_id)
LEFT JOIN proven_length AS p USING (entry_id)
ORDER BY e.entry_id;
