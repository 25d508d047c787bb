-- Each row is an upload whose clock may have changed: sixty rows or more, and no reading that holds for the whole log, a stretch of it that the reading fits far worse than the rest, or a broad reading whose stretches lie a minute and a half apart.
CREATE OR REPLACE TABLE reconcile__clock_unsteady AS
WITH sizes AS (
    SELECT upload_no, count(*) AS rows, max(resolution_s) AS resolution_s
    FROM reconcile__clock_rows GROUP BY upload_no HAVING count(*) >= 60
),
fitting AS (
    SELECT pair.upload_no, pair.row_no, pair.stretch,
           CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
               + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END - choice.offset_s AS beyond_s
    FROM reconcile__clock_choices AS choice
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = choice.reading_no
    JOIN reconcile__clock_pairs AS pair ON pair.upload_no = choice.upload_no AND pair.zoned = reading.zoned
    WHERE beyond_s BETWEEN -2 * choice.width AND 18 * choice.width
),
middles AS (SELECT upload_no, stretch, median(beyond_s) AS middle_s FROM fitting GROUP BY upload_no, stretch),
breadths AS (SELECT upload_no, max(middle_s) - min(middle_s) AS breadth_s FROM middles GROUP BY upload_no),
blocks AS (
    SELECT row.upload_no, row.block, count(*) AS rows, count(fits.row_no) AS fits
    FROM reconcile__clock_rows AS row
    LEFT JOIN (SELECT DISTINCT row_no FROM fitting) AS fits ON fits.row_no = row.row_no
    GROUP BY row.upload_no, row.block
),
judged AS (SELECT *, sum(fits) OVER (PARTITION BY upload_no) / sum(rows) OVER (PARTITION BY upload_no) AS usual FROM blocks),
worst AS (SELECT upload_no, bool_or(fits < 0.35 * usual * rows) AS has_misfit FROM judged GROUP BY upload_no)
SELECT sizes.upload_no, sizes.rows, sizes.resolution_s, choice.reading_no, choice.offset_s,
       coalesce(choice.width <= greatest(5, sizes.resolution_s), false) AS is_sharp
FROM sizes
JOIN worst ON worst.upload_no = sizes.upload_no
LEFT JOIN reconcile__clock_choices AS choice ON choice.upload_no = sizes.upload_no
LEFT JOIN breadths ON breadths.upload_no = sizes.upload_no
WHERE choice.reading_no IS NULL OR worst.has_misfit OR (NOT is_sharp AND breadths.breadth_s > 90)
ORDER BY sizes.upload_no;
