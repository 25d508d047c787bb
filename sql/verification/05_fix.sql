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
-- Who was away from Visma Familia came back to another installation than the one that was left.
last_left AS (
    SELECT entry_id, max(to_utc) AS left_utc FROM roster__periods WHERE to_utc < $as_of_utc GROUP BY entry_id
),
-- A district's own rows speak for it; without any, those of the whole municipality do.
of_entry AS (
    SELECT e.entry_id, e.district_no AS part, s.*
    FROM roster__entries AS e
    JOIN said AS s ON s.canonical_no = e.canonical_no AND s.district_no IN (e.district_no, '')
    QUALIFY s.district_no = max(s.district_no) OVER (PARTITION BY e.entry_id)
),
-- A district without an entry of its own is held by its municipality's: what is confirmed of it alone concerns that entry.
of_part AS (
    SELECT DISTINCT e.entry_id, recipient.district_no AS part, s.*
    FROM roster__entries AS e
    JOIN roster__entry_recipients AS held USING (entry_id)
    JOIN roster__recipients AS recipient ON recipient.recipient_id = held.recipient_id AND recipient.district_no > ''
    JOIN said AS s ON s.canonical_no = e.canonical_no AND s.district_no IN (recipient.district_no, '')
    WHERE e.district_no = ''
    QUALIFY bool_or(s.district_no = recipient.district_no AND s.confirmed) OVER (PARTITION BY e.entry_id, recipient.district_no)
),
spoken AS (
    SELECT * FROM of_entry UNION ALL SELECT * FROM of_part
),
last_faulty AS (
    SELECT entry_id, part, max(installed_utc) AS installed_utc FROM spoken WHERE confirmed AND NOT is_fixed GROUP BY entry_id, part
),
summed AS (
    SELECT
        s.entry_id, s.part,
        count(*) FILTER (s.confirmed) AS confirmed_rows,
        count(*) FILTER (s.confirmed AND s.is_fixed) AS fixed_rows,
        count(*) FILTER (s.confirmed AND s.is_fixed AND coalesce(s.installed_utc > f.installed_utc, TRUE)) AS standing_rows,
        min(s.installed_utc) FILTER (
            s.confirmed AND s.is_fixed
            AND coalesce(s.installed_utc > f.installed_utc, TRUE) AND coalesce(s.installed_utc > l.left_utc, TRUE)
        ) AS fix_utc,
        string_agg(
            format('{}{} {} row {}{}', CASE s.district_no WHEN '' THEN '' ELSE s.district_no || ': ' END, s.version,
                   coalesce(iso_z(s.installed_utc), '-'), s.source_row, CASE WHEN s.confirmed THEN '' ELSE ' unconfirmed' END),
            ', ' ORDER BY s.installed_utc, s.source_row
        ) AS versions
    FROM spoken AS s
    LEFT JOIN last_faulty AS f ON f.entry_id = s.entry_id AND f.part = s.part
    LEFT JOIN last_left AS l ON l.entry_id = s.entry_id
    GROUP BY s.entry_id, s.part
),
judged AS (
    SELECT
        e.entry_id, s.part, s.fix_utc,
        CASE WHEN s.fix_utc IS NOT NULL THEN 'MET'
             WHEN s.entry_id IS NULL THEN 'NO_FIX_REPORTED'
             WHEN s.confirmed_rows = 0 THEN 'NOT_CONFIRMED'
             WHEN s.fixed_rows = 0 THEN 'VERSION_TOO_OLD'
             WHEN s.standing_rows = 0 THEN 'DOWNGRADED'
             ELSE 'FIX_BEFORE_RETURN' END AS reason,
        coalesce(s.versions, 'registry/fixes.csv has no row')
            || CASE WHEN s.fix_utc IS NULL THEN coalesce(', left=' || iso_z(l.left_utc), '') ELSE '' END AS evidence
    FROM roster__entries AS e
    LEFT JOIN summed AS s ON s.entry_id = e.entry_id AND s.part = e.district_no
    LEFT JOIN last_left AS l ON l.entry_id = e.entry_id
    UNION ALL
    -- A part has the municipality's rows too, so that only a faulty version of its own can set it back.
    SELECT entry_id, part, fix_utc, CASE WHEN fix_utc IS NOT NULL THEN 'MET' ELSE 'DOWNGRADED' END, versions
    FROM summed
    ANTI JOIN roster__entries AS own ON own.entry_id = summed.entry_id AND own.district_no = summed.part
)
-- The entry is as well off as the worst of its parts.
SELECT
    entry_id,
    CASE WHEN bool_and(fix_utc IS NOT NULL) THEN max(fix_utc) END AS fix_utc,
    arg_min(reason, (reason = 'MET', part IS NOT NULL, part)) AS reason,
    arg_min(evidence, (reason = 'MET', part IS NOT NULL, part)) AS evidence
FROM judged
GROUP BY entry_id;
