-- Each row says whether a roster entry had a confirmed version without the fault installed before the clock.
CREATE OR REPLACE TABLE verification__fix_installed AS
SELECT
    entry_id, municipality_no, district_no,
    'FIX_INSTALLED' AS requirement,
    reason IN ('MET', 'INTEGRATION_ENDED') AS met,
    reason,
    evidence
FROM (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN e.ended_utc < $as_of_utc THEN 'INTEGRATION_ENDED' ELSE f.reason END AS reason,
        CASE WHEN e.ended_utc < $as_of_utc THEN 'ended=' || iso_z(e.ended_utc)
             ELSE format('fixed_since={}, {}', coalesce(iso_z(f.fix_utc), '-'), f.evidence) END AS evidence
    FROM roster__entries AS e
    JOIN verification__fix AS f USING (entry_id)
);
