-- Each row is a roster entry, a service or an upload with the first, by name, of all that it is linked to, however far.
CREATE OR REPLACE TABLE reconcile_buckets__groups AS
WITH RECURSIVE reached (node, first) USING KEY (node) AS (
    SELECT DISTINCT one, one FROM reconcile_buckets__links
    UNION
    SELECT link.other, min(reached.first)
    FROM reached
    JOIN reconcile_buckets__links AS link ON link.one = reached.node
    JOIN recurring.reached AS known ON known.node = link.other
    WHERE reached.first < known.first
    GROUP BY link.other
)
SELECT node, first FROM reached ORDER BY node;
