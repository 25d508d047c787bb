-- Each row is a block of a log whose clock may have changed, with the line that it followed there: the course through all blocks that most registrations lie by, where each change of line must gain six.
CREATE OR REPLACE TABLE reconcile__clock_tracks AS
WITH RECURSIVE blocks AS (SELECT upload_no, block, count(*) AS rows, count(DISTINCT hour) AS hours FROM reconcile__clock_rows GROUP BY upload_no, block),
-- Reports of one family come within the hour and may all be late alike: they speak once.
counted AS (SELECT upload_no, line_no, block, count(DISTINCT hour) AS hits FROM reconcile__clock_hits GROUP BY upload_no, line_no, block),
grid AS (
    SELECT line.upload_no, line.line_no, block.block, block.rows, block.hours, coalesce(counted.hits, 0) AS hits,
           greatest(6, unsteady.rows // 200) AS price, CASE WHEN line.drift = 0 THEN 0 ELSE 2 END AS surcharge, line.reading_no
    FROM reconcile__clock_lines AS line
    JOIN reconcile__clock_unsteady AS unsteady ON unsteady.upload_no = line.upload_no
    JOIN blocks AS block ON block.upload_no = line.upload_no
    LEFT JOIN counted ON counted.upload_no = line.upload_no AND counted.line_no = line.line_no AND counted.block = block.block
),
course AS (
    SELECT upload_no, block, line_no, hits - surcharge AS value, [line_no] AS path, reading_no
    FROM grid WHERE block = 0
    UNION ALL
    SELECT upload_no, block, line_no, hits + greatest(value, changed_value), list_append(CASE WHEN value >= changed_value THEN path ELSE best_path END, line_no), reading_no
    FROM (
        -- Where two readings fit alike, the clock's convention has not changed.
        SELECT grid.upload_no, grid.block, grid.line_no, grid.hits, grid.reading_no, course.value, course.path,
               max(course.value) OVER by_value - grid.price - grid.surcharge
                   - CASE WHEN first_value(course.reading_no) OVER by_value = grid.reading_no THEN 0 ELSE 0.5 END AS changed_value,
               first_value(course.path) OVER by_value AS best_path
        FROM course
        JOIN grid ON grid.upload_no = course.upload_no AND grid.line_no = course.line_no AND grid.block = course.block + 1
        WINDOW by_value AS (PARTITION BY grid.upload_no ORDER BY course.value DESC, course.line_no)
    ) AS step
),
ended AS (
    SELECT upload_no, path FROM course
    QUALIFY row_number() OVER (PARTITION BY upload_no ORDER BY block DESC, value DESC, line_no) = 1
),
followed AS (SELECT upload_no, unnest(path) AS line_no, generate_subscripts(path, 1) - 1 AS block FROM ended)
SELECT followed.upload_no, followed.block, followed.line_no, grid.rows, grid.hits, grid.hits >= 0.25 * grid.hours AS fits
FROM followed
JOIN grid ON grid.upload_no = followed.upload_no AND grid.block = followed.block AND grid.line_no = followed.line_no
ORDER BY followed.upload_no, followed.block;
