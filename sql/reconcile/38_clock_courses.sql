-- Each row is a straight line that stretches of a log agree on, level or with a drift in seconds a day, with how many of them and of their differences lie by it: the best that each stretch has part in.
CREATE OR REPLACE TABLE reconcile__clock_courses AS
WITH best AS (
    SELECT mode.upload_no, mode.width, reading.reference, mode.stretch, max(mode.score) AS score
    FROM reconcile__clock_modes AS mode
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = mode.reading_no
    GROUP BY ALL
),
measured AS (
    SELECT unsteady.upload_no, unsteady.reading_no, unsteady.offset_s, scale.width, scale.reference
    FROM (SELECT upload_no, width, reference, sum(score) AS score FROM best GROUP BY upload_no, width, reference) AS scale
    JOIN reconcile__clock_unsteady AS unsteady ON unsteady.upload_no = scale.upload_no
    QUALIFY row_number() OVER (
        PARTITION BY unsteady.upload_no
        -- Where delays are spread over minutes, the fine scale sees steps that are none.
        ORDER BY scale.score < CASE WHEN unsteady.is_sharp THEN 0.3 ELSE 0.5 END * unsteady.rows, scale.width, scale.score DESC, scale.reference DESC
    ) = 1
),
modes AS (
    SELECT mode.upload_no, mode.reading_no, mode.width, mode.stretch, mode.day, mode.slope, mode.level_s, mode.score, mode.is_main
    FROM reconcile__clock_modes AS mode
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = mode.reading_no
    JOIN measured ON measured.upload_no = mode.upload_no AND measured.width = mode.width AND measured.reference = reading.reference
),
drawn AS (
    SELECT upload_no, reading_no, width, day, level_s, 0.0 AS slope FROM modes WHERE slope = 0
    UNION ALL
    SELECT upload_no, reading_no, width, day, level_s, slope FROM modes WHERE abs(slope) > 0
    UNION ALL
    SELECT one.upload_no, one.reading_no, one.width, one.day, one.level_s, (other.level_s - one.level_s) / (other.day - one.day)
    FROM modes AS one
    JOIN modes AS other
      ON other.upload_no = one.upload_no AND other.reading_no = one.reading_no
     AND one.is_main AND other.is_main AND other.stretch - one.stretch IN (1, 2, 4, 8, 16, 32) AND other.day > one.day
     AND abs(other.level_s - one.level_s) > 2 * one.width AND abs(other.level_s - one.level_s) <= 6 * (other.day - one.day)
),
numbered AS (SELECT *, row_number() OVER (ORDER BY upload_no, reading_no, day, level_s, slope) AS line FROM drawn),
agreeing AS (
    SELECT numbered.upload_no, numbered.reading_no, numbered.width, numbered.line, numbered.slope, mode.stretch,
           arg_max(mode.day, mode.score) AS stretch_day, arg_max(mode.level_s, mode.score) AS stretch_level_s, max(mode.score) AS score
    FROM numbered
    JOIN modes AS mode
      ON mode.upload_no = numbered.upload_no AND mode.reading_no = numbered.reading_no
     AND abs(mode.level_s - numbered.level_s - numbered.slope * (mode.day - numbered.day)) <= 2 * numbered.width
    GROUP BY numbered.upload_no, numbered.reading_no, numbered.width, numbered.line, numbered.slope, mode.stretch
),
-- A drift must explain more than a level to be preferred.
valued AS (
    SELECT upload_no, reading_no, width, line, slope, sum(score) * CASE WHEN slope = 0 THEN 1 ELSE 0.9 END - CASE WHEN slope = 0 THEN 0 ELSE 5 END AS value,
           count(*) AS stretches, CASE WHEN slope = 0 THEN 0 WHEN count(*) < 2 THEN slope ELSE regr_slope(stretch_level_s, stretch_day) END AS drift,
           avg(stretch_day) AS day, CASE WHEN slope = 0 THEN median(stretch_level_s) ELSE avg(stretch_level_s) END AS level_s
    FROM agreeing
    GROUP BY upload_no, reading_no, width, line, slope
)
SELECT DISTINCT valued.upload_no, valued.reading_no, valued.width, valued.line, valued.slope = 0 AS is_level, valued.drift, valued.day, valued.level_s,
       valued.stretches, valued.value
FROM (
    SELECT agreeing.line
    FROM agreeing
    JOIN valued ON valued.line = agreeing.line
    QUALIFY row_number() OVER (PARTITION BY agreeing.upload_no, agreeing.reading_no, agreeing.stretch, agreeing.slope = 0 ORDER BY valued.value DESC, agreeing.line) = 1
) AS best
JOIN valued ON valued.line = best.line
ORDER BY valued.upload_no, valued.line;
