-- Each row is a difference in seconds between a registration and a message it may answer, under one reading of the log's clock.
CREATE OR REPLACE TABLE reconcile__clock_samples AS
WITH timed AS (
    SELECT row_no, upload_id, entries, resolution_s, message_id, received_local, received_utc, channel, reporter
    FROM reconcile__registrations
    WHERE resolution_s < 86400 AND item_type = 'concern' AND channel IN ('portal', 'svarinn', 'manual')
    QUALIFY row_number() OVER (PARTITION BY upload_id ORDER BY hash(row_no), row_no) <= $clock_sample_rows
),
readings AS (
    SELECT *, 'zoned' AS convention, received_utc AS at_utc FROM timed WHERE received_local IS NULL
    UNION ALL
    SELECT *, 'oslo', received_utc FROM timed WHERE received_local IS NOT NULL
    UNION ALL
    SELECT *, 'utc', received_local FROM timed WHERE received_local IS NOT NULL
    UNION ALL
    SELECT *, 'cet', received_local - INTERVAL 1 HOUR FROM timed WHERE received_local IS NOT NULL
),
named AS (
    SELECT reading.upload_id, reading.convention, reading.resolution_s, message.channel, message.sent_utc, message.acknowledged_utc,
           reading.at_utc
    FROM readings AS reading
    JOIN reconcile__messages AS message ON message.message_id = reading.message_id
),
unnamed AS (
    SELECT reading.upload_id, reading.convention, reading.resolution_s, message.channel, message.sent_utc, message.acknowledged_utc,
           reading.at_utc
    FROM (
        SELECT *,
               unnest([epoch_ms(at_utc) // 14400000 - 1, epoch_ms(at_utc) // 14400000, epoch_ms(at_utc) // 14400000 + 1]) AS bucket
        FROM (SELECT *, unnest(entries) AS entry_id FROM readings WHERE message_id IS NULL) AS spread
    ) AS reading
    JOIN reconcile__messages AS message
      ON message.entry_id = reading.entry_id AND epoch_ms(message.sent_utc) // 14400000 = reading.bucket
     AND (reading.reporter IS NULL OR message.form_type = 'unknown' OR message.form_type = reading.reporter)
),
paired AS (SELECT * FROM named UNION ALL SELECT * FROM unnamed),
differences AS (
    SELECT upload_id, convention, resolution_s, 'sent' AS reference, (epoch_ms(at_utc) - epoch_ms(sent_utc)) / 1000 AS difference_s
    FROM paired
    UNION ALL
    SELECT upload_id, convention, resolution_s, 'acknowledged',
           (epoch_ms(at_utc) - epoch_ms(CASE WHEN channel IN ('FIKS_IO', 'SVARINN') THEN coalesce(acknowledged_utc, sent_utc) ELSE sent_utc END)) / 1000
    FROM paired
)
SELECT * FROM differences WHERE difference_s BETWEEN -9000 AND 9000;
