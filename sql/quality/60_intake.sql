-- The one row counts the municipalities' files that are not accounted for: without an upload, a receipt, or the rows they should have.
CREATE OR REPLACE TABLE quality__intake AS
WITH rows_of AS (
    SELECT upload_sha256 AS sha256, folder_no, count(*) AS registrations FROM intake__registrations GROUP BY ALL
),
counted AS (
    SELECT u.*, coalesce(r.registrations, 0) AS registrations
    FROM intake__uploads AS u
    LEFT JOIN rows_of AS r ON r.sha256 = u.sha256 AND r.folder_no = u.folder_no
),
folders AS (
    SELECT folder_no, count(*) AS files FROM quality__files GROUP BY folder_no
)
SELECT
    (
        SELECT coalesce(sum(greatest(f.files - coalesce(u.files, 0), 0)), 0)::BIGINT
        FROM folders AS f
        LEFT JOIN (SELECT folder_no, count(*) AS files FROM intake__uploads GROUP BY folder_no) AS u USING (folder_no)
    ) AS files_without_upload,
    (
        SELECT count(*) FROM intake__uploads AS u
        ANTI JOIN quality__receipts AS r ON r.folder_no = u.folder_no AND r.sha12 = left(u.sha256, 12)
    ) AS uploads_without_receipt,
    (
        SELECT count(*) FROM intake__uploads AS u
        ANTI JOIN (VALUES ('accepted'), ('accepted_with_warnings'), ('rejected')) AS w(status) USING (status)
    ) AS unknown_statuses,
    (
        SELECT count(*) FROM counted
        WHERE status IS DISTINCT FROM 'rejected'
            AND coalesce(rows_accepted + rows_rejected, -1) IS DISTINCT FROM rows_read
    ) AS rows_not_conserved,
    (
        SELECT count(*) FROM counted
        WHERE same_bytes_as IS NULL AND status IS DISTINCT FROM 'rejected' AND registrations IS DISTINCT FROM rows_accepted
    ) AS rows_off_registrations,
    (SELECT count(*) FROM counted WHERE status = 'rejected' AND registrations > 0) AS rejected_with_rows,
    (
        SELECT count(*) FROM rows_of AS r
        ANTI JOIN intake__uploads AS u ON u.sha256 = r.sha256 AND u.folder_no = r.folder_no
    ) AS rows_of_no_upload;
