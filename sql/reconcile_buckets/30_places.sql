-- Each row is a roster entry or an upload with its bucket: a hash of the first service of all that it is linked to, or of the first of them where none has a service; empty buckets are left out of the numbers.
CREATE OR REPLACE TABLE reconcile_buckets__places AS
WITH named AS (
    SELECT first, coalesce(min(node) FILTER (WHERE starts_with(node, 'service/')), first) AS name
    FROM reconcile_buckets__groups
    GROUP BY first
),
hashed AS (
    SELECT grouped.node, md5_number_lower(named.name) % $buckets AS hashed
    FROM reconcile_buckets__groups AS grouped
    JOIN named ON named.first = grouped.first
)
SELECT split_part(node, '/', 1) AS kind, node[strpos(node, '/') + 1:] AS name, dense_rank() OVER (ORDER BY hashed) AS bucket
FROM hashed
ORDER BY kind, name;
