-- Each row is one roster entry, or one that only the reconciliation knows, with how often each side has it and what is wrong with its period.
CREATE OR REPLACE TABLE quality__roster AS
WITH named AS (
    SELECT entry_id, count(*) AS times FROM roster__entries GROUP BY entry_id
),
reconciled AS (
    SELECT entry_id, count(*) AS times FROM reconcile__entries GROUP BY entry_id
),
places AS (
    SELECT entry_id, count(*) OVER (PARTITION BY canonical_no, district_no) AS times FROM roster__entries
),
ordered AS (
    SELECT
        entry_id, from_utc, to_utc,
        max(to_utc) OVER (PARTITION BY entry_id ORDER BY from_utc, to_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_utc
    FROM roster__periods
),
periods AS (
    SELECT
        entry_id,
        count(*) FILTER (from_utc < before_utc) AS overlapping,
        count(*) FILTER ((from_utc < to_utc) IS DISTINCT FROM TRUE) AS without_length
    FROM ordered
    GROUP BY entry_id
),
recipients AS (
    SELECT entry_id, count(*) FILTER (holders > 1) AS shared
    FROM (SELECT entry_id, count(*) OVER (PARTITION BY recipient_id) AS holders FROM roster__entry_recipients)
    GROUP BY entry_id
)
SELECT
    coalesce(n.entry_id, r.entry_id) AS entry_id,
    coalesce(n.times, 0) AS in_roster,
    coalesce(r.times, 0) AS in_reconciliation,
    coalesce((SELECT max(p.times) FROM places AS p WHERE p.entry_id = n.entry_id), 0) AS entries_of_place,
    coalesce(p.overlapping, 0) AS overlapping_periods,
    coalesce(p.without_length, 0) AS periods_without_length,
    coalesce(c.shared, 0) AS shared_recipients
FROM named AS n
FULL JOIN reconciled AS r ON r.entry_id = n.entry_id
LEFT JOIN periods AS p ON p.entry_id = n.entry_id
LEFT JOIN recipients AS c ON c.entry_id = n.entry_id
ORDER BY entry_id;
