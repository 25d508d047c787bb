-- Each row is one uploaded file as one municipality of the roster sees it: in its own folder, or a host's file that speaks for it.
CREATE OR REPLACE TABLE overview__uploads AS
WITH places AS (
    SELECT DISTINCT municipality_no, canonical_no FROM roster__entries
),
silences AS (
    SELECT sha256, count(*) AS silences
    FROM (SELECT DISTINCT unnest(upload_sha256s) AS sha256, from_utc, to_utc FROM reconcile__silences)
    GROUP BY sha256
),
rows_gone AS (
    SELECT later_sha256 AS sha256, sum(rows)::BIGINT AS rows_gone FROM reconcile__rows_gone GROUP BY later_sha256
)
SELECT
    places.municipality_no,
    upload.folder_no,
    -- The name of a refused file may itself hold what it was refused for.
    CASE WHEN upload.status = 'rejected' THEN NULL ELSE upload.file_name END AS shown_name,
    upload.sha256, upload.arrived_utc, upload.case_system,
    CASE WHEN upload.status = 'accepted' AND (silences.silences > 0 OR rows_gone.rows_gone > 0)
         THEN 'accepted_with_warnings' ELSE upload.status END AS status,
    upload.period_from_utc, upload.period_to_utc, coalesce(upload.period_is_proof, FALSE) AS period_is_proof,
    coalesce(upload.rows_read, 0) AS rows_read, coalesce(upload.rows_accepted, 0) AS rows_accepted,
    coalesce(silences.silences, 0) AS silences, coalesce(rows_gone.rows_gone, 0) AS rows_gone,
    upload.same_bytes_as IS NOT NULL AS is_repeat,
    upload.messages_json
FROM intake__uploads AS upload
INNER JOIN places
    ON upload.folder_no IN (places.municipality_no, places.canonical_no)
    OR list_contains(upload.speaks_municipalities, places.canonical_no)
LEFT JOIN silences ON silences.sha256 = upload.sha256
LEFT JOIN rows_gone ON rows_gone.sha256 = upload.sha256
ORDER BY places.municipality_no, upload.arrived_utc, upload.folder_no, upload.file_name, upload.sha256;
