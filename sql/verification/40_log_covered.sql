-- Each row says whether the logs prove the whole of a roster entry's required period, and no message of it is unknown.
CREATE OR REPLACE TABLE verification__log_covered AS
WITH silent AS (
    SELECT
        entry_id,
        string_agg(format('SILENT {}/{} messages={}', iso_z(from_utc), iso_z(to_utc), messages), ', ' ORDER BY from_utc) AS stretches
    FROM reconcile__silences
    GROUP BY entry_id
),
heard AS (
    SELECT f.entry_id, string_agg(DISTINCT left(f.upload_sha256, 12), '|' ORDER BY left(f.upload_sha256, 12)) AS files
    FROM reconcile__findings AS f
    WHERE f.upload_sha256 IS NOT NULL
    GROUP BY f.entry_id
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN coalesce(r.required_seconds, 0) = 0 THEN 'NO_REQUIRED_PERIOD'
             WHEN coalesce(r.coverage_share, 0) < 1 AND coalesce(r.uploads, 0) = 0 THEN 'NO_LOG'
             WHEN coalesce(r.coverage_share, 0) < 1 AND r.portal_covered IS DISTINCT FROM TRUE THEN 'PORTAL_NOT_COVERED'
             WHEN coalesce(r.coverage_share, 0) < 1 AND s.entry_id IS NOT NULL THEN 'LOG_SILENT'
             WHEN coalesce(r.coverage_share, 0) < 1 THEN 'NOT_ALL_PROVEN'
             WHEN coalesce(r.unknown_required, 1) > 0 THEN 'MESSAGES_UNKNOWN'
             ELSE 'MET' END AS reason,
        format('share={}, unknown={}, required={}/{}, uploads={}, files={}',
               coalesce(r.coverage_share, 0), coalesce(r.unknown_required::VARCHAR, '-'),
               coalesce(iso_z(r.required_from_utc), '-'), coalesce(iso_z(r.required_to_utc), '-'),
               coalesce(r.uploads, 0), coalesce(h.files, '-'))
            || coalesce(', ' || s.stretches, '') AS evidence
    FROM roster__entries AS e
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN silent AS s USING (entry_id)
    LEFT JOIN heard AS h USING (entry_id)
)
SELECT entry_id, municipality_no, district_no, 'LOG_COVERED' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
