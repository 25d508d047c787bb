-- Each row is a stretch of sending times that the case-system logs prove for a roster entry: declared, not contradicted, not silent, the last deadline left out.
CREATE OR REPLACE TABLE reconcile__coverage AS
WITH edges AS (
    SELECT entry_id, from_utc AS at_utc, 1 AS proves, 0 AS silent FROM reconcile__trimmed WHERE from_utc < to_utc - $deadline
    UNION ALL
    SELECT entry_id, to_utc - $deadline, -1, 0 FROM reconcile__trimmed WHERE from_utc < to_utc - $deadline
    UNION ALL
    SELECT entry_id, from_utc, 0, 1 FROM reconcile__silences
    UNION ALL
    SELECT entry_id, to_utc, 0, -1 FROM reconcile__silences
),
stepped AS (
    SELECT entry_id, at_utc, sum(sum(proves)) OVER line AS proves, sum(sum(silent)) OVER line AS silent, lead(at_utc) OVER line AS until_utc
    FROM edges
    GROUP BY entry_id, at_utc
    WINDOW line AS (PARTITION BY entry_id ORDER BY at_utc)
)
SELECT entry_id, at_utc AS from_utc, until_utc AS to_utc
FROM stepped
WHERE proves > 0 AND silent = 0 AND until_utc IS NOT NULL
ORDER BY entry_id, from_utc;
