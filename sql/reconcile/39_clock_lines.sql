-- Each row is a straight line that a log's clock may have followed for a while: the reading of the whole log, a line that stretches of it agree on, or one beside these, to which a clock that was set has come.
CREATE OR REPLACE TABLE reconcile__clock_lines AS
WITH scales AS (SELECT DISTINCT upload_no, reading_no, width FROM reconcile__clock_courses),
-- A clock that is set goes on at the pace it had: that of a line which most stretches run alongside.
paces AS (
    SELECT upload_no, reading_no, width, 0.0 AS drift FROM scales
    UNION ALL
    SELECT upload_no, reading_no, width, drift FROM (
        SELECT course.upload_no, course.reading_no, course.width, course.drift
        FROM reconcile__clock_courses AS course
        JOIN reconcile__clock_modes AS mode
          ON mode.upload_no = course.upload_no AND mode.reading_no = course.reading_no AND mode.width = course.width
         AND mode.is_main AND abs(mode.slope) > 0 AND abs(mode.slope - course.drift) <= 0.3
        WHERE NOT course.is_level AND course.stretches >= 2
        GROUP BY course.upload_no, course.reading_no, course.width, course.drift, course.value, course.line
        QUALIFY row_number() OVER (PARTITION BY course.upload_no, course.reading_no ORDER BY count(*) DESC, course.value DESC, course.line) = 1
    ) AS fullest
),
bins AS (
    SELECT pace.upload_no, pace.reading_no, pace.width, pace.drift,
           floor((CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
                  + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END - pace.drift * pair.day) / pace.width)::INTEGER AS bin,
           count(*) AS samples
    FROM paces AS pace
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = pace.reading_no
    JOIN reconcile__clock_pairs AS pair ON pair.upload_no = pace.upload_no AND pair.zoned = reading.zoned
    GROUP BY ALL
),
smoothed AS (
    SELECT *, sum(samples) OVER (
        PARTITION BY upload_no, reading_no, drift ORDER BY bin RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING
    )::BIGINT AS score
    FROM bins
),
levels AS (
    SELECT *, row_number() OVER (PARTITION BY upload_no, reading_no, drift ORDER BY score DESC, samples DESC, abs(bin), bin) AS rank
    FROM (SELECT * FROM smoothed QUALIFY score = max(score) OVER (
              PARTITION BY upload_no, reading_no, drift ORDER BY bin RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING)) AS peaks
    WHERE score >= 6
),
offered AS (
    SELECT upload_no, reading_no, width, drift, day, level_s, value FROM reconcile__clock_courses
    UNION ALL
    SELECT upload_no, reading_no, width, drift, 0.0, (bin + 0.5) * width, score * CASE WHEN drift = 0 THEN 1 ELSE 0.9 END FROM levels WHERE rank <= 8
),
-- Levels within half a minute of each other are one: what delays scatter is no step.
apart AS (
    SELECT * FROM offered AS line
    WHERE abs(line.drift) > 0 OR NOT EXISTS (
        FROM offered AS other
        WHERE other.upload_no = line.upload_no AND other.reading_no = line.reading_no AND other.drift = 0
          AND abs(other.level_s - line.level_s) < 2.5 * line.width
          AND (other.value > line.value OR (other.value = line.value AND (other.level_s < line.level_s OR (other.level_s = line.level_s AND other.day < line.day)))))
),
known AS (
    SELECT scale.upload_no, unsteady.reading_no, scale.width, unsteady.offset_s
    FROM (SELECT DISTINCT upload_no, width FROM scales) AS scale
    JOIN reconcile__clock_unsteady AS unsteady ON unsteady.upload_no = scale.upload_no
)
SELECT known.upload_no, 0 AS line_no, CASE reading.convention WHEN 'utc' THEN known.reading_no + 2 ELSE known.reading_no END AS reading_no,
       known.width, 0.0 AS drift, 0.0 AS day,
       known.offset_s + 1.5 * known.width - CASE reading.convention WHEN 'utc' THEN 3600 ELSE 0 END AS level_s
FROM known
JOIN reconcile__clock_readings AS reading ON reading.reading_no = known.reading_no
UNION ALL
SELECT upload_no, row_number() OVER strongest AS line_no, reading_no, width, drift, day, level_s
FROM apart
WINDOW strongest AS (PARTITION BY upload_no ORDER BY value DESC, reading_no, drift, day, level_s)
QUALIFY row_number() OVER strongest <= 48
ORDER BY upload_no, line_no;
