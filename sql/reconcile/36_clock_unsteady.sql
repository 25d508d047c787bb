-- Each row is an upload whose clock may have changed: sixty rows or more, and no reading that holds sharply for the whole log, or a stretch of it that the reading fits far worse than the rest.
CREATE OR REPLACE TABLE reconcile__clock_unsteady AS
WITH sizes AS (
    SELECT upload_no, count(*) AS rows, max(resolution_s) AS resolution_s
    FROM reconcile__clock_rows GROUP BY upload_no HAVING count(*) >= 60
),
fitting AS (
    SELECT DISTINCT pair.row_no
    FROM reconcile__clock_choices AS choice
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = choice.reading_no
    JOIN reconcile__clock_pairs AS pair ON pair.upload_no = choice.upload_no AND pair.zoned = reading.zoned
    WHERE CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
              + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END
          BETWEEN choice.offset_s - 2 * choice.width AND choice.offset_s + 18 * choice.width
),
blocks AS (
    SELECT row.upload_no, row.block, count(*) AS rows, count(fitting.row_no) AS fits
    FROM reconcile__clock_rows AS row
    LEFT JOIN fitting ON fitting.row_no = row.row_no
    GROUP BY row.upload_no, row.block
),
judged AS (SELECT *, sum(fits) OVER (PARTITION BY upload_no) / sum(rows) OVER (PARTITION BY upload_no) AS usual FROM blocks)
SELECT sizes.upload_no, sizes.rows, sizes.resolution_s, any_value(choice.reading_no) AS reading_no, any_value(choice.offset_s) AS offset_s
FROM sizes
JOIN judged ON judged.upload_no = sizes.upload_no
LEFT JOIN reconcile__clock_choices AS choice ON choice.upload_no = sizes.upload_no
GROUP BY sizes.upload_no, sizes.rows, sizes.resolution_s
HAVING any_value(choice.reading_no) IS NULL OR any_value(choice.width) > greatest(5, sizes.resolution_s) OR bool_or(judged.fits < 0.35 * judged.usual * judged.rows)
ORDER BY sizes.upload_no;
