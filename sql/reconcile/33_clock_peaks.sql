-- Each row is a reading of an upload's clock at one scale, with the fullest place in its histogram of differences: five bins of 5 s (or of the log's resolution), or of two minutes.
CREATE OR REPLACE TABLE reconcile__clock_peaks AS
WITH uploads AS (
    SELECT upload_no, greatest(5, max(resolution_s)) AS width FROM reconcile__clock_pairs GROUP BY upload_no
),
differences AS (
    SELECT pair.upload_no, reading.reading_no,
           CASE reading.reference WHEN 'sent' THEN sent_s ELSE acknowledged_s END
               + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END AS difference_s
    FROM reconcile__clock_pairs AS pair
    JOIN reconcile__clock_readings AS reading ON reading.zoned = pair.zoned
),
fine AS (
    SELECT difference.upload_no, difference.reading_no, upload.width,
           floor(difference.difference_s / upload.width)::INTEGER AS bin, count(*) AS samples
    FROM differences AS difference
    JOIN uploads AS upload ON upload.upload_no = difference.upload_no
    WHERE difference.difference_s BETWEEN -9000 AND 9000
    GROUP BY ALL
),
bins AS (
    SELECT * FROM fine
    UNION ALL
    SELECT upload_no, reading_no, 120, floor(bin * width / 120)::INTEGER AS coarse_bin, sum(samples)::BIGINT
    FROM fine WHERE width < 120 GROUP BY upload_no, reading_no, coarse_bin
),
smoothed AS (
    SELECT *, sum(samples) OVER (
        PARTITION BY upload_no, reading_no, width ORDER BY bin RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING
    )::BIGINT AS score, sum(samples) OVER (PARTITION BY upload_no, reading_no, width)::BIGINT AS pairs
    FROM bins
)
SELECT upload_no, reading_no, width, bin, score, pairs
FROM smoothed
QUALIFY row_number() OVER (PARTITION BY upload_no, reading_no, width ORDER BY score DESC, samples DESC, abs(bin), bin) = 1
ORDER BY ALL;
