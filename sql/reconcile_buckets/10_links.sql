-- Each row is a link between a roster entry, a service or an upload and what must stand in the same bucket with it: itself, its service, the entries that it speaks for or whose messages its rows can answer.
CREATE OR REPLACE TABLE reconcile_buckets__links AS
WITH spoken AS (
    SELECT upload_id, entry_id FROM reconcile__answers
    UNION
    SELECT upload_id, unnest(entries) FROM (SELECT DISTINCT upload_id, entries FROM reconcile__registrations)
),
links AS (
    SELECT 'entry/' || entry_id AS one, 'entry/' || entry_id AS other FROM roster__entries
    UNION ALL
    SELECT 'entry/' || entry_id, 'service/' || service_id FROM roster__entries WHERE service_id IS NOT NULL
    UNION ALL
    SELECT 'upload/' || upload_id, 'upload/' || upload_id FROM reconcile__uploads
    UNION ALL
    SELECT 'upload/' || upload_id, 'entry/' || entry_id FROM spoken
)
SELECT one, other FROM links
UNION
SELECT other, one FROM links
ORDER BY ALL;
