-- Each row is one roster entry with the moment from which a version without the fault has been confirmed in place, NULL if none has.
CREATE OR REPLACE TABLE verification__fix AS
WITH said AS (
    SELECT
        canonical_no, district_no, version, installed_utc, source_row,
        coalesce(version_parts >= $fixed_parts::INTEGER[], FALSE) AS is_fixed,
        coalesce(length(trim(confirmed_by)) > 0, FALSE) AND confirmed_utc IS NOT NULL
            AND coalesce(installed_utc < $as_of_utc, FALSE) AS confirmed
    FROM roster__fixes
    -- A confirmation dated after the clock is none; one without a date is a row that confirms nothing.
    WHERE confirmed_utc IS NULL OR confirmed_utc <= $as_of_utc
),
-- A district's own rows speak for it; without any, those of the whole municipality do.
of_entry AS (
    SELECT e.entry_id, s.*
    FROM roster__entries AS e
    JOIN said AS s ON s.canonical_no = e.canonical_no AND s.district_no IN (e.district_no, '')
    QUALIFY s.district_no = max(s.district_no) OVER (PARTITION BY e.entry_id)
),
last_faulty AS (
    SELECT entry_id, max(installed_utc) AS installed_utc FROM of_entry WHERE confirmed AND NOT is_fixed GROUP BY entry_id
),
summed AS (
    SELECT
        o.entry_id,
        count(*) AS fix_rows,
        count(*) FILTER (o.confirmed) AS confirmed_rows,
        count(*) FILTER (o.confirmed AND o.is_fixed) AS fixed_rows,
        min(o.installed_utc) FILTER (
            o.confirmed AND o.is_fixed AND (f.installed_utc IS NULL OR o.installed_utc > f.installed_utc)
        ) AS fix_utc,
        string_agg(
            format('{} {} row {}{}', o.version, coalesce(iso_z(o.installed_utc), '-'), o.source_row,
                   CASE WHEN o.confirmed THEN '' ELSE ' unconfirmed' END),
            ', ' ORDER BY o.installed_utc, o.source_row
        ) AS versions
    FROM of_entry AS o
    LEFT JOIN last_faulty AS f USING (entry_id)
    GROUP BY o.entry_id
)
SELECT
    e.entry_id,
    s.fix_utc,
    CASE WHEN s.fix_utc IS NOT NULL THEN 'MET'
         WHEN s.entry_id IS NULL THEN 'NO_FIX_REPORTED'
         WHEN s.confirmed_rows = 0 THEN 'NOT_CONFIRMED'
         WHEN s.fixed_rows = 0 THEN 'VERSION_TOO_OLD'
         ELSE 'DOWNGRADED' END AS reason,
    coalesce(s.versions, 'registry/fixes.csv has no row') AS evidence
FROM roster__entries AS e
LEFT JOIN summed AS s USING (entry_id);
