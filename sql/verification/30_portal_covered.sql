-- Each row says whether the portal's log is complete for the roster's required periods.
CREATE OR REPLACE TABLE verification__portal_covered AS
WITH extract_now AS (
    SELECT * FROM portal__extract
),
needed AS (
    SELECT min(required_from_utc) AS from_utc, max(required_to_utc) AS to_utc
    FROM reconcile__entries WHERE required_seconds > 0
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN x.declared IS NULL OR r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN NOT x.declared THEN 'PORTAL_MANIFEST_MISSING'
             WHEN x.unique_ids IS DISTINCT FROM x.declared_total THEN 'TOTAL_DIFFERS'
             WHEN coalesce(x.invalid_rows, 1) > 0 THEN 'INVALID_ROWS'
             WHEN coalesce(x.conflicting_ids, 1) > 0 THEN 'CONFLICTING_IDS'
             WHEN coalesce(x.from_utc > n.from_utc OR x.to_utc < n.to_utc, n.from_utc IS NOT NULL) THEN 'PERIOD_TOO_SHORT'
             WHEN r.portal_covered IS DISTINCT FROM TRUE THEN 'PORTAL_INCOMPLETE'
             ELSE 'MET' END AS reason,
        format('declared_total={}, unique_ids={}, invalid_rows={}, conflicting_ids={}, from={}, to={}',
               coalesce(x.declared_total::VARCHAR, '-'), coalesce(x.unique_ids::VARCHAR, '-'),
               coalesce(x.invalid_rows::VARCHAR, '-'), coalesce(x.conflicting_ids::VARCHAR, '-'),
               coalesce(iso_z(x.from_utc), '-'), coalesce(iso_z(x.to_utc), '-')) AS evidence
    FROM roster__entries AS e
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN extract_now AS x ON TRUE
    CROSS JOIN needed AS n
)
SELECT entry_id, municipality_no, district_no, 'PORTAL_COVERED' AS requirement, reason = 'MET' AS met, reason, evidence
FROM judged;
