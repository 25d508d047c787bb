-- Each row is a message and a bucket that needs it: that of its roster entry, and those where a registration names it by id.
CREATE OR REPLACE TABLE reconcile_buckets__messages AS
WITH needed AS (
    SELECT message.message_no, place.bucket, true AS own
    FROM reconcile__messages AS message
    JOIN reconcile_buckets__places AS place ON place.kind = 'entry' AND place.name = message.entry_id
    UNION ALL
    SELECT message.message_no, place.bucket, false
    FROM reconcile__registrations AS row
    JOIN reconcile__messages AS message ON message.message_id = row.message_id
    JOIN reconcile_buckets__places AS place ON place.kind = 'upload' AND place.name = row.upload_id
)
SELECT message_no, bucket, bool_or(own) AS own
FROM needed
GROUP BY message_no, bucket
ORDER BY bucket, message_no;
