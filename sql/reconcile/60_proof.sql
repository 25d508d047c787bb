-- Each row is a stretch that one upload declares for a roster entry and that no later upload of the same source replaces.
CREATE OR REPLACE TABLE reconcile__proof AS
WITH declared AS (
    SELECT upload.upload_id, spoken.entry_id, upload.from_utc, upload.to_utc
    FROM reconcile__uploads AS upload
    JOIN reconcile__answers AS spoken ON spoken.upload_id = upload.upload_id AND spoken.speaks
    WHERE upload.period_is_proof AND upload.from_utc < upload.to_utc
      AND (upload.rows_accepted > 0 OR NOT EXISTS (
            FROM reconcile__messages AS message
            WHERE message.entry_id = spoken.entry_id AND message.sent_utc >= upload.from_utc AND message.sent_utc < upload.to_utc))
),
edges AS (
    SELECT upload_id, entry_id, from_utc AS at_utc, 1 AS declares, 0 AS replaces FROM declared
    UNION ALL
    SELECT upload_id, entry_id, to_utc, -1, 0 FROM declared
    UNION ALL
    SELECT earlier_id, entry_id, from_utc, 0, 1 FROM reconcile__supersedes
    UNION ALL
    SELECT earlier_id, entry_id, to_utc, 0, -1 FROM reconcile__supersedes
),
stepped AS (
    SELECT upload_id, entry_id, at_utc, sum(sum(declares)) OVER line AS declares, sum(sum(replaces)) OVER line AS replaces,
           lead(at_utc) OVER line AS until_utc
    FROM edges
    GROUP BY upload_id, entry_id, at_utc
    WINDOW line AS (PARTITION BY upload_id, entry_id ORDER BY at_utc)
)
SELECT upload_id, entry_id, at_utc AS from_utc, until_utc AS to_utc
FROM stepped
WHERE declares > 0 AND replaces = 0 AND until_utc IS NOT NULL
ORDER BY entry_id, upload_id, from_utc;
