-- Each row is a message that was acknowledged and answered by no registration: lost where covered, else unknown with its cause.
CREATE OR REPLACE TABLE reconcile__missing AS
WITH rejected AS (
    SELECT standing.message_no
    FROM reconcile__standing AS standing
    JOIN reconcile__answers AS spoken ON spoken.entry_id = standing.entry_id
    JOIN reconcile__uploads AS upload ON upload.upload_id = spoken.upload_id
    WHERE standing.standing = 'missing' AND NOT standing.only_superseded AND upload.rows_rejected > 0
      AND standing.sent_utc >= upload.from_utc AND standing.sent_utc < upload.to_utc
      -- Only what would be lost uses up a refused row: a message outside coverage is unknown without it.
      AND EXISTS (FROM reconcile__coverage AS covered
                  WHERE covered.entry_id = standing.entry_id
                    AND standing.sent_utc >= covered.from_utc AND standing.sent_utc < covered.to_utc)
    QUALIFY row_number() OVER (
        PARTITION BY upload.upload_id, standing.entry_id ORDER BY standing.sent_utc, standing.message_no
    ) <= upload.rows_rejected
),
unsure AS (
    SELECT DISTINCT standing.message_no
    FROM reconcile__standing AS standing
    JOIN reconcile__messages AS message ON message.message_no = standing.message_no
    JOIN reconcile__surplus AS surplus
      ON list_contains(surplus.entries, standing.entry_id) AND NOT surplus.clock_identified
     AND surplus.at_utc < standing.sent_utc AND surplus.at_utc > standing.sent_utc - INTERVAL 15 MINUTE
     AND (surplus.reporter IS NULL OR message.form_type = 'unknown' OR surplus.reporter = message.form_type)
    WHERE standing.standing = 'missing'
)
SELECT standing.message_no, standing.entry_id,
       covered.entry_id IS NOT NULL AS covered,
       CASE WHEN standing.only_superseded THEN 'superseded'
            WHEN covered.entry_id IS NULL AND silence.entry_id IS NOT NULL THEN 'silent'
            WHEN covered.entry_id IS NULL THEN 'not_covered'
            WHEN unsure.message_no IS NOT NULL THEN 'clock_not_identified'
            WHEN rejected.message_no IS NOT NULL THEN 'rejected_row'
            ELSE 'lost' END AS cause
FROM reconcile__standing AS standing
LEFT JOIN reconcile__coverage AS covered
  ON covered.entry_id = standing.entry_id AND standing.sent_utc >= covered.from_utc AND standing.sent_utc < covered.to_utc
LEFT JOIN reconcile__silences AS silence
  ON silence.entry_id = standing.entry_id AND standing.sent_utc >= silence.from_utc AND standing.sent_utc < silence.to_utc
LEFT JOIN unsure ON unsure.message_no = standing.message_no
LEFT JOIN (SELECT DISTINCT message_no FROM rejected) AS rejected ON rejected.message_no = standing.message_no
WHERE standing.standing = 'missing'
QUALIFY row_number() OVER (PARTITION BY standing.message_no ORDER BY silence.from_utc) = 1
ORDER BY standing.message_no;
