-- Each row is a pair by time that is not believed: where nearly all registrations follow the acknowledgement within seconds, one minutes later answers something else.
CREATE OR REPLACE TABLE reconcile__unlikely_pairs AS
WITH followed AS (
    SELECT pair.message_no, pair.row_no, pair.source, message.entry_id, 300000 + 2000 * pair.resolution_s AS near_ms, abs(pair.received_ms - epoch_ms(message.acknowledged_utc)) AS delay_ms
    FROM reconcile__settled_pairs AS pair
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no
    JOIN reconcile__sharp AS sharp
      ON sharp.source = pair.source AND sharp.entry_id = message.entry_id AND sharp.channel = message.channel
    -- In the doubled autumn hour a row may be an hour off, and is no evidence.
    JOIN reconcile__time_rows AS row ON row.row_no = pair.row_no AND row.at_utc = row.at_later_utc
    -- What a system took in at once after it was down came late without answering anything else.
    ANTI JOIN reconcile__bursts AS burst ON burst.row_no = pair.row_no
    WHERE NOT pair.superseded
      AND message.channel = 'FIKS_IO' AND message.acknowledged_utc IS NOT NULL
),
believed AS (
    SELECT source, entry_id
    FROM followed
    GROUP BY source, entry_id
    HAVING count(*) >= 100 AND avg((delay_ms <= near_ms)::INTEGER) >= 0.985
)
SELECT followed.message_no, followed.row_no
FROM followed
JOIN believed ON believed.source = followed.source AND believed.entry_id = followed.entry_id
WHERE followed.delay_ms > followed.near_ms
ORDER BY followed.message_no;
