-- Each row is a reading of an upload's clock at one scale, with the fullest place in its histogram of differences: five bins of 5 s (or of the log's resolution), or of two minutes.
CREATE OR REPLACE TABLE reconcile__clock_peaks AS
WITH uploads AS (
    SELECT upload_id, max(resolution_s) AS resolution_s FROM reconcile__clock_samples GROUP BY upload_id
),
bins AS (
    SELECT sample.upload_id, sample.convention, sample.reference, scale.width,
           floor(sample.difference_s / scale.width)::BIGINT AS bin, count(*) AS samples
    FROM reconcile__clock_samples AS sample
    JOIN (SELECT upload_id, unnest([greatest(5, resolution_s), 120]) AS width FROM uploads) AS scale
      ON scale.upload_id = sample.upload_id
    GROUP BY ALL
),
smoothed AS (
    SELECT *, sum(samples) OVER (
        PARTITION BY upload_id, convention, reference, width ORDER BY bin RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING
    )::BIGINT AS score, sum(samples) OVER (PARTITION BY upload_id, convention, reference, width)::BIGINT AS pairs
    FROM bins
)
SELECT upload_id, convention, reference, width, bin, score, pairs
FROM smoothed
QUALIFY row_number() OVER (PARTITION BY upload_id, convention, reference, width ORDER BY score DESC, samples DESC, abs(bin), bin) = 1
ORDER BY ALL;
