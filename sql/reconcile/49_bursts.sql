-- Each row is a registration of a burst: three or more of one log within a minute of each other, after half an hour without any, that answer messages sent a quarter of an hour or more before, as when a system was down and then took in all at once.
CREATE OR REPLACE TABLE reconcile__bursts AS
WITH timed AS (
    SELECT row_no, source, pool, epoch_ms(at_utc + margin) AS received_ms
    FROM reconcile__time_rows WHERE NOT superseded AND resolution_s < 86400
),
stepped AS (
    SELECT *, lag(received_ms) OVER line AS before_ms,
           coalesce(received_ms - lag(received_ms) OVER line > 60000, true)::INTEGER AS begins
    FROM timed
    WINDOW line AS (PARTITION BY source, pool ORDER BY received_ms, row_no)
),
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY source, pool ORDER BY received_ms, row_no ROWS UNBOUNDED PRECEDING) AS run
    FROM stepped
),
waited AS (
    SELECT numbered.*, coalesce(pair.received_ms - pair.reference_ms >= 900000, false) AS late
    FROM numbered
    LEFT JOIN reconcile__pairs AS pair ON pair.row_no = numbered.row_no
),
whole AS (
    SELECT source, pool, run, min(received_ms) AS begin_ms, max(before_ms) FILTER (WHERE begins = 1) AS quiet_from_ms
    FROM waited
    GROUP BY source, pool, run
    HAVING count(*) FILTER (WHERE late) >= 3
)
SELECT waited.row_no, coalesce(whole.quiet_from_ms, 0) AS quiet_from_ms, whole.begin_ms
FROM waited
JOIN whole ON whole.source = waited.source AND whole.pool = waited.pool AND whole.run = waited.run
WHERE whole.quiet_from_ms IS NULL OR whole.begin_ms - whole.quiet_from_ms >= 1800000
ORDER BY waited.row_no;
