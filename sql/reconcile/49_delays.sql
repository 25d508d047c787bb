-- Each row is a bin of the delay from message to registration in one roster entry, with its density per second: what the entry's own pairs by time show, on top of 200 usual ones.
CREATE OR REPLACE TABLE reconcile__delays AS
WITH edges AS (
    SELECT unnest(range(-1, 26)) AS bin, CASE bin WHEN -1 THEN -30 WHEN 0 THEN -3 ELSE exp(bin / 2.0) END AS from_s,
           CASE bin WHEN -1 THEN -3 ELSE exp((bin + 1) / 2.0) END AS to_s
),
usual AS (
    SELECT bin, to_s - from_s AS width_s,
           CASE bin WHEN -1 THEN 0.002 ELSE usual_delay_density(exp((2 * bin + 1) / 4.0)) * (to_s - from_s) END AS share
    FROM edges
),
bins AS (SELECT bin, width_s, 200 * share / sum(share) OVER () + 0.02 AS pairs FROM usual),
seen AS (
    SELECT message.entry_id, delay_bin(pair.received_ms - pair.reference_ms) AS bin, count(*) AS pairs
    FROM reconcile__pairs AS pair
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no
    ANTI JOIN reconcile__bursts AS burst ON burst.row_no = pair.row_no
    WHERE NOT pair.superseded AND pair.resolution_s < 86400
    GROUP BY ALL
),
added AS (
    SELECT entry.entry_id, bins.bin, bins.width_s, bins.pairs + coalesce(seen.pairs, 0) AS pairs
    FROM (SELECT DISTINCT entry_id FROM reconcile__candidates) AS entry
    CROSS JOIN bins
    LEFT JOIN seen ON seen.entry_id = entry.entry_id AND seen.bin = bins.bin
)
SELECT entry_id, bin, pairs / (width_s * sum(pairs) OVER (PARTITION BY entry_id)) AS density
FROM added
ORDER BY entry_id, bin;
