-- Each row is an upload with the one reading of its clock that the whole log supports best; a log that supports none has no row.
CREATE OR REPLACE TABLE reconcile__clock_choices AS
WITH sizes AS (
    SELECT upload_no, count(*) AS rows, max(resolution_s) AS resolution_s FROM reconcile__clock_rows GROUP BY upload_no
),
judged AS (
    SELECT peak.*, reading.reference, sizes.resolution_s,
           (peak.score >= 20 OR (peak.score >= 5 AND reading.reference = 'sent') OR (peak.score >= 3 AND peak.score >= 0.6 * sizes.rows))
               AND peak.score >= 0.25 * sizes.rows
               AND peak.score >= 3.0 * peak.pairs * (5 * peak.width) / 18000.0 AS identified
    FROM reconcile__clock_peaks AS peak
    JOIN sizes ON sizes.upload_no = peak.upload_no
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = peak.reading_no
),
chosen AS (
    SELECT * FROM judged
    WHERE identified
    QUALIFY row_number() OVER (PARTITION BY upload_no ORDER BY width, score DESC, abs(bin), reference DESC, reading_no) = 1
),
read AS (
    SELECT chosen.upload_no, chosen.bin * chosen.width AS peak_s, chosen.width,
           CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
               + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END AS difference_s
    FROM chosen
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = chosen.reading_no
    JOIN reconcile__clock_pairs AS pair ON pair.upload_no = chosen.upload_no AND pair.zoned = reading.zoned
),
offsets AS (
    SELECT upload_no, quantile_cont(difference_s, 0.01) AS offset_s
    FROM read
    WHERE difference_s BETWEEN peak_s - 3 * width AND peak_s + 12 * width
    GROUP BY upload_no
)
SELECT chosen.upload_no, chosen.reading_no, chosen.width, chosen.score, chosen.pairs,
       round(offsets.offset_s + CASE WHEN chosen.resolution_s > 1 THEN chosen.resolution_s / 2.0 ELSE 0 END)::BIGINT AS offset_s
FROM chosen
JOIN offsets ON offsets.upload_no = chosen.upload_no
ORDER BY chosen.upload_no;
