-- Each row is a pair by time that is not believed: where nearly all registrations follow the acknowledgement within seconds, one minutes later answers something else.
CREATE OR REPLACE TABLE reconcile__unlikely_pairs AS
WITH followed AS (
    SELECT pair.message_no, pair.row_no, pair.source, message.entry_id, pair.received_ms - pair.reference_ms AS delay_ms
    FROM reconcile__pairs AS pair
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no
    JOIN reconcile__pools AS pool
      ON pool.source = pair.source AND pool.entry_id = message.entry_id AND pool.level = pair.level
    WHERE NOT pair.superseded AND pool.reference = 'acknowledged'
      AND message.channel = 'FIKS_IO' AND message.acknowledged_utc IS NOT NULL
),
sharp AS (
    SELECT source, entry_id
    FROM followed
    GROUP BY source, entry_id
    HAVING count(*) >= 100 AND avg((delay_ms <= 150000)::INTEGER) >= 0.985
)
SELECT followed.message_no, followed.row_no
FROM followed
JOIN sharp ON sharp.source = followed.source AND sharp.entry_id = followed.entry_id
WHERE followed.delay_ms > 150000
ORDER BY followed.message_no;
