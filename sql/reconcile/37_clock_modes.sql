-- Each row is a stretch of a log whose clock may have changed, under one reading at one scale: a straight line that many of its differences lie by, with its level at its middle, its slope in seconds a day, how many lie there, and whether it is the fullest of its kind.
CREATE OR REPLACE TABLE reconcile__clock_modes AS
WITH stretches AS (
    SELECT row.upload_no, row.stretch, avg(row.day) AS day, greatest(1, max(row.day) - min(row.day)) AS days,
           bool_or(row.summer) AS has_summer, bool_and(row.summer) AS all_summer
    FROM reconcile__clock_rows AS row
    SEMI JOIN reconcile__clock_unsteady AS unsteady ON unsteady.upload_no = row.upload_no
    GROUP BY row.upload_no, row.stretch
),
-- A clock that loses or gains more than six seconds a day is no clock.
grid AS (
    SELECT *, step * 2 * width / days AS slope
    FROM (
        SELECT *, unnest(range(-ceil(3 * days / width)::BIGINT, ceil(3 * days / width)::BIGINT + 1)) AS step
        FROM (
            SELECT stretch.upload_no, stretch.stretch, stretch.day, stretch.days, stretch.has_summer AND NOT stretch.all_summer AS mixed,
                   unnest(list_distinct([greatest(10, unsteady.resolution_s), 120])) AS width
            FROM stretches AS stretch
            JOIN reconcile__clock_unsteady AS unsteady ON unsteady.upload_no = stretch.upload_no
        ) AS scales
    ) AS steps
),
-- Within a stretch that summer time does not begin or end in, every convention says the same, hours apart.
differences AS (
    SELECT pair.upload_no, pair.stretch, reading.reading_no, pair.day,
           CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
               + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END AS difference_s
    FROM reconcile__clock_pairs AS pair
    JOIN stretches AS stretch ON stretch.upload_no = pair.upload_no AND stretch.stretch = pair.stretch
    JOIN reconcile__clock_readings AS reading ON reading.zoned = pair.zoned
    WHERE reading.convention IN ('zoned', 'cet') OR (reading.convention = 'oslo' AND stretch.has_summer AND NOT stretch.all_summer)
),
bins AS (
    SELECT grid.upload_no, grid.stretch, difference.reading_no, grid.width, grid.slope, grid.day,
           floor((difference.difference_s - grid.slope * (difference.day - grid.day)) / grid.width)::INTEGER AS bin, count(*) AS samples
    FROM differences AS difference
    JOIN grid ON grid.upload_no = difference.upload_no AND grid.stretch = difference.stretch
    WHERE difference.difference_s BETWEEN -12600 AND 12600
    GROUP BY ALL HAVING count(*) >= 2
),
smoothed AS (
    SELECT *, sum(samples) OVER (line ORDER BY bin RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)::BIGINT AS score FROM bins
    WINDOW line AS (PARTITION BY upload_no, stretch, reading_no, width, slope)
),
peaks AS (
    SELECT * FROM smoothed
    QUALIFY score = max(score) OVER (PARTITION BY upload_no, stretch, reading_no, width, slope ORDER BY bin RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING)
),
-- A step within the stretch leaves two levels, and may look like a drift.
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY upload_no, stretch, reading_no, width, slope = 0 ORDER BY score DESC, abs(slope), samples DESC, abs(bin), slope, bin) AS rank
    FROM peaks
),
best AS (
    SELECT upload_no, stretch, reading_no, width, day, slope, (bin + 0.5) * width AS level_s, score, rank = 1 AS is_main
    FROM ranked
    WHERE rank = 1 OR (rank <= 3 AND slope = 0)
)
SELECT * FROM best
UNION ALL
SELECT best.upload_no, best.stretch, reading.reading_no, best.width, best.day, best.slope,
       best.level_s + CASE WHEN stretch.all_summer THEN reading.summer_s ELSE reading.winter_s END, best.score, best.is_main
FROM best
JOIN stretches AS stretch ON stretch.upload_no = best.upload_no AND stretch.stretch = best.stretch AND stretch.has_summer = stretch.all_summer
JOIN reconcile__clock_readings AS measured ON measured.reading_no = best.reading_no AND measured.convention = 'cet'
JOIN reconcile__clock_readings AS reading ON reading.convention = 'oslo' AND reading.reference = measured.reference
ORDER BY upload_no, width, reading_no, stretch;
