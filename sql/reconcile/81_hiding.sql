-- Each row is a registration that answers a message late and may as well be the repeat of an earlier one, with the probability that it hides a loss.
CREATE OR REPLACE TABLE reconcile__hiding AS
WITH lost AS (SELECT entry_id, count(*) FILTER (WHERE cause = 'lost') AS losses FROM reconcile__missing GROUP BY entry_id),
surplus AS (SELECT entry_id, count(*) AS extras FROM (SELECT unnest(entries) AS entry_id FROM reconcile__surplus) GROUP BY entry_id),
answered AS (
    SELECT pair.row_no, pair.message_no, message.entry_id, pair.received_ms, pair.reference_ms
    FROM reconcile__settled_pairs AS pair
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no
    WHERE NOT pair.superseded AND pair.resolution_s < 86400
),
-- How often messages are lost and rows repeated: as the entry shows, on top of two in a thousand messages and three in a thousand rows.
rates AS (
    SELECT counted.entry_id,
           (coalesce(lost.losses, 0) + 0.2) / (counted.pairs + coalesce(lost.losses, 0) + 100) AS lost_share,
           (coalesce(surplus.extras, 0) + 0.3) / (counted.pairs + coalesce(surplus.extras, 0) + 100) AS repeat_share
    FROM (SELECT entry_id, count(*) AS pairs FROM answered GROUP BY entry_id) AS counted
    LEFT JOIN lost ON lost.entry_id = counted.entry_id
    LEFT JOIN surplus ON surplus.entry_id = counted.entry_id
),
lines AS (
    SELECT row_no, epoch_ms(at_utc) / 1000.0 AS at_s,
           [lag(epoch_ms(at_utc), 1) OVER line, lag(epoch_ms(at_utc), 2) OVER line, lag(epoch_ms(at_utc), 3) OVER line] AS before_ms
    FROM reconcile__time_rows WHERE NOT superseded AND resolution_s < 86400
    WINDOW line AS (PARTITION BY source, pool, channel, reporter ORDER BY at_utc, row_no)
),
weighed AS (
    SELECT answered.entry_id, answered.message_no, answered.row_no,
           rates.lost_share * rates.repeat_share
               * list_sum(list_transform(list_filter(lines.before_ms, lambda ms: ms IS NOT NULL), lambda ms: repeat_density(lines.at_s - ms / 1000.0))) AS lost_and_repeated,
           (1 - rates.lost_share) * delays.density AS late
    FROM answered
    JOIN rates ON rates.entry_id = answered.entry_id
    JOIN lines ON lines.row_no = answered.row_no
    JOIN reconcile__delays AS delays
      ON delays.entry_id = answered.entry_id AND delays.bin = delay_bin(answered.received_ms - answered.reference_ms)
    ANTI JOIN reconcile__bursts AS burst ON burst.row_no = answered.row_no
    WHERE answered.received_ms - answered.reference_ms > 300000
)
SELECT entry_id, message_no, row_no, lost_and_repeated / (lost_and_repeated + late) AS probability
FROM weighed
WHERE lost_and_repeated > 0.001 * late
ORDER BY entry_id, message_no, row_no;
