-- Each row is a bin of the delay from message to registration, e^(1/2) wide, with its density per second over all pairs by time, smoothed by a broad prior.
CREATE OR REPLACE TABLE reconcile__delays AS
WITH bins AS (SELECT unnest(range(0, 26)) AS bin),
seen AS (
    SELECT least(25, floor(2 * ln(greatest(1, (received_ms - reference_ms) / 1000.0)))::BIGINT) AS bin, count(*) AS pairs
    FROM reconcile__pairs WHERE NOT superseded GROUP BY ALL
),
prior AS (
    SELECT bin, 20.0 * exp(-0.5 * power((bin / 2.0 - 3.6) / 0.9, 2)) + 0.5 AS pairs FROM bins
)
SELECT bins.bin, (coalesce(seen.pairs, 0) + prior.pairs) / (exp((bins.bin + 1) / 2.0) - CASE bins.bin WHEN 0 THEN 0 ELSE exp(bins.bin / 2.0) END) AS density
FROM bins
JOIN prior ON prior.bin = bins.bin
LEFT JOIN seen ON seen.bin = bins.bin
ORDER BY bins.bin;
