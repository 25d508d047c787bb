-- Each row is a channel of a roster entry whose registrations follow the portal's acknowledgement within seconds, so that matching goes by it: at least twenty, and half of all.
CREATE OR REPLACE TABLE reconcile__sharp AS
WITH rows AS (
    SELECT *, unnest([epoch_ms(at_utc) // 300000 - 1, epoch_ms(at_utc) // 300000, epoch_ms(at_utc) // 300000 + 1]) AS bucket
    FROM (SELECT source, channel, margin, at_utc, unnest(entries) AS entry_id FROM reconcile__time_rows WHERE NOT superseded)
),
followed AS (
    SELECT DISTINCT rows.source, message.entry_id, message.channel, message.message_no
    FROM reconcile__candidates AS message
    JOIN rows
      ON rows.entry_id = message.entry_id AND rows.bucket = epoch_ms(message.acknowledged_utc) // 300000
     AND rows.at_utc >= message.acknowledged_utc - rows.margin AND rows.at_utc <= message.acknowledged_utc + rows.margin
     AND CASE message.channel WHEN 'MANUELL_MOTTAK' THEN rows.channel = 'manual'
              WHEN 'FIKS_IO' THEN rows.channel = 'portal' ELSE rows.channel IN ('portal', 'svarinn') END
),
acknowledged AS (
    SELECT entry_id, channel, count(*) AS messages FROM reconcile__candidates WHERE acknowledged_utc IS NOT NULL GROUP BY entry_id, channel
)
SELECT followed.source, followed.entry_id, followed.channel, count(*) AS followed, any_value(acknowledged.messages) AS messages
FROM followed
JOIN acknowledged ON acknowledged.entry_id = followed.entry_id AND acknowledged.channel = followed.channel
GROUP BY followed.source, followed.entry_id, followed.channel
HAVING count(*) >= 20 AND count(*) >= 0.5 * any_value(acknowledged.messages)
ORDER BY ALL;
