-- Each row is a roster entry that rows of an upload can answer for, and whether the upload speaks for the whole of it.
CREATE OR REPLACE TABLE reconcile__answers AS
WITH entry_districts AS (
    SELECT held.entry_id, list(DISTINCT recipient.district_no) AS districts
    FROM roster__entry_recipients AS held
    JOIN roster__recipients AS recipient ON recipient.recipient_id = held.recipient_id
    GROUP BY held.entry_id
)
SELECT
    upload.upload_id,
    entry.entry_id,
    entry.canonical_no,
    entry.district_no,
    len(upload.speaks_districts) = 0
        OR (entry.district_no IS DISTINCT FROM '' AND list_contains(upload.speaks_districts, entry.district_no))
        OR (entry.district_no = '' AND len(coalesce(known.districts, [])) > 0
            AND list_has_all(upload.speaks_districts, known.districts)) AS speaks
FROM reconcile__uploads AS upload
JOIN roster__entries AS entry ON list_contains(upload.speaks_municipalities, entry.canonical_no)
LEFT JOIN entry_districts AS known ON known.entry_id = entry.entry_id
WHERE len(upload.speaks_districts) = 0
   OR entry.district_no = ''
   OR list_contains(upload.speaks_districts, entry.district_no)
ORDER BY upload.upload_id, entry.entry_id;
