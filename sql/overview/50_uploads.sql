-- Each row is one uploaded file as one municipality of the roster sees it: in its own folder, or a host's file that speaks for it.
CREATE OR REPLACE TABLE overview__uploads AS
WITH places AS (
    SELECT DISTINCT municipality_no, canonical_no FROM roster__entries
),
concerned AS (
    SELECT places.municipality_no, upload.sha256, upload.folder_no, upload.file_name
    FROM intake__uploads AS upload
    INNER JOIN places
        ON upload.folder_no IN (places.municipality_no, places.canonical_no)
        OR list_contains(upload.speaks_municipalities, places.canonical_no)
    GROUP BY ALL
)
SELECT
    concerned.municipality_no,
    upload.folder_no,
    CASE WHEN upload.status = 'rejected' THEN NULL ELSE upload.file_name END AS shown_name,
    upload.sha256, upload.arrived_utc, upload.status, upload.case_system,
    upload.period_from_utc, upload.period_to_utc, upload.period_is_proof,
    upload.rows_read, upload.rows_accepted, upload.rows_rejected,
    upload.same_bytes_as IS NOT NULL AS is_repeat,
    upload.messages_json
FROM concerned
INNER JOIN intake__uploads AS upload
    ON upload.sha256 = concerned.sha256 AND upload.folder_no = concerned.folder_no AND upload.file_name = concerned.file_name
ORDER BY concerned.municipality_no, upload.arrived_utc, upload.folder_no, upload.file_name, upload.sha256;
