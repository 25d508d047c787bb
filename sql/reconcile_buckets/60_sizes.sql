-- Each row is a bucket with its roster entries and uploads, and its own messages and registrations.
CREATE OR REPLACE TABLE reconcile_buckets__sizes AS
WITH places AS (
    SELECT bucket, count(*) FILTER (WHERE kind = 'entry') AS entries, count(*) FILTER (WHERE kind = 'upload') AS uploads
    FROM reconcile_buckets__places GROUP BY bucket
),
messages AS (SELECT bucket, count(*) AS messages FROM reconcile_buckets__messages WHERE own GROUP BY bucket),
registrations AS (
    SELECT place.bucket, count(*) AS registrations
    FROM reconcile__registrations AS row
    JOIN reconcile_buckets__places AS place ON place.kind = 'upload' AND place.name = row.upload_id
    GROUP BY place.bucket
)
SELECT places.bucket, places.entries, places.uploads,
       coalesce(messages.messages, 0) AS messages, coalesce(registrations.registrations, 0) AS registrations
FROM places
LEFT JOIN messages ON messages.bucket = places.bucket
LEFT JOIN registrations ON registrations.bucket = places.bucket
ORDER BY places.bucket;
