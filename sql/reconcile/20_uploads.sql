-- Each row is an upload that counts at as_of, with the source it speaks of and its declared period cut at its export and at as_of.
CREATE OR REPLACE TABLE reconcile__uploads AS
SELECT
    folder_no || '/' || sha256 AS upload_id,
    sha256,
    folder_no,
    file_name,
    format,
    CASE WHEN format = 'svarinn_importer' OR case_system = 'SVARINN_IMPORTER' THEN 'SVARINN_IMPORTER' ELSE case_system END AS source,
    period_from_utc AS from_utc,
    -- least() leaves a NULL out: an end that is not declared must not become as_of.
    CASE WHEN period_to_utc IS NOT NULL
         THEN least(period_to_utc, coalesce(exported_until_utc, period_to_utc), $as_of_utc) END AS to_utc,
    period_is_proof,
    speaks_municipalities,
    speaks_districts,
    rows_accepted,
    rows_rejected,
    row_number() OVER (ORDER BY coalesce(exported_utc, arrived_utc), arrived_utc, folder_no, file_name, sha256) AS arrival
FROM intake__uploads
WHERE status IN ('accepted', 'accepted_with_warnings')
  AND same_bytes_as IS NULL
  AND coalesce(exported_utc <= $as_of_utc, true)
ORDER BY upload_id;
