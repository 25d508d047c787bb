-- The one row says whether the portal's extract is complete for the roster, and the interval it then proves.
CREATE OR REPLACE TABLE reconcile__portal_cover AS
WITH needed AS (
    SELECT min(from_utc) AS from_utc, max(to_utc) AS to_utc FROM reconcile__required
)
SELECT
    extract.declared
        AND coalesce(extract.unique_ids = extract.declared_total, false)
        AND extract.invalid_rows = 0
        AND extract.conflicting_ids = 0
        AND coalesce(extract.from_utc < extract.to_utc, false)
        AND coalesce(extract.from_utc <= needed.from_utc, true)
        AND coalesce(extract.to_utc >= needed.to_utc, true) AS complete,
    CASE WHEN NOT extract.declared THEN 'PORTAL_MANIFEST_MISSING'
         WHEN extract.unique_ids IS DISTINCT FROM extract.declared_total THEN 'TOTAL_DIFFERS'
         WHEN extract.invalid_rows > 0 THEN 'INVALID_ROWS'
         WHEN extract.conflicting_ids > 0 THEN 'CONFLICTING_IDS'
         WHEN extract.from_utc > needed.from_utc OR extract.to_utc < needed.to_utc
              OR NOT coalesce(extract.from_utc < extract.to_utc, false) THEN 'PERIOD_TOO_SHORT'
    END AS reason,
    extract.from_utc,
    extract.to_utc
FROM portal__extract AS extract, needed;
