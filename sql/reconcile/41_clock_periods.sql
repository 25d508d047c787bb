-- Each row is a stretch of a log whose clock may have changed, with the segment of its course that is taken out there; where fifteen rows or more between two segments lie by neither, that stretch is not certain.
CREATE OR REPLACE TABLE reconcile__clock_periods AS
WITH changes AS (
    SELECT *, coalesce(line_no IS DISTINCT FROM lag(line_no) OVER course, true)::INTEGER AS begins FROM reconcile__clock_tracks
    WINDOW course AS (PARTITION BY upload_no ORDER BY block)
),
numbered AS (SELECT *, sum(begins) OVER (PARTITION BY upload_no ORDER BY block)::INTEGER AS segment FROM changes),
segments AS (
    SELECT upload_no, segment, line_no, min(block) AS first_block, max(block) AS last_block, coalesce(min(block) FILTER (WHERE fits), min(block)) AS first_fit, coalesce(max(block) FILTER (WHERE fits), max(block)) AS last_fit
    FROM numbered GROUP BY upload_no, segment, line_no
),
switches AS (
    SELECT one.upload_no, one.segment, one.line_no AS line_before, other.line_no AS line_after, greatest(one.first_block, one.last_fit - 3) AS first_block, least(other.last_block, other.first_fit + 3) AS last_block
    FROM segments AS one
    JOIN segments AS other ON other.upload_no = one.upload_no AND other.segment = one.segment + 1
),
between AS (
    SELECT switch.upload_no, switch.segment, row.place, (before.row_no IS NOT NULL)::INTEGER - (after.row_no IS NOT NULL)::INTEGER AS speaks,
           before.row_no IS NULL AND after.row_no IS NULL AS is_silent
    FROM switches AS switch
    JOIN reconcile__clock_rows AS row ON row.upload_no = switch.upload_no AND row.block BETWEEN switch.first_block AND switch.last_block
    LEFT JOIN reconcile__clock_hits AS before ON before.row_no = row.row_no AND before.line_no = switch.line_before
    LEFT JOIN reconcile__clock_hits AS after ON after.row_no = row.row_no AND after.line_no = switch.line_after
),
summed AS (
    SELECT upload_no, segment, place, sum(speaks) OVER (PARTITION BY upload_no, segment ORDER BY place) AS balance FROM between
    UNION ALL
    SELECT upload_no, segment, min(place) - 1, 0 FROM between GROUP BY upload_no, segment
),
cuts AS (
    SELECT upload_no, segment, min(place) FILTER (WHERE balance = fullest) AS last_before, max(place) FILTER (WHERE balance = fullest) + 1 AS first_after,
           min(place) FILTER (WHERE balance >= fullest - 2) AS surely_before, max(place) FILTER (WHERE balance >= fullest - 2) + 1 AS surely_after
    FROM (SELECT *, max(balance) OVER (PARTITION BY upload_no, segment) AS fullest FROM summed) AS judged
    GROUP BY upload_no, segment
),
silent AS (
    SELECT cut.upload_no, cut.segment, count(*) AS rows
    FROM cuts AS cut
    JOIN between AS row ON row.upload_no = cut.upload_no AND row.segment = cut.segment AND row.place > cut.last_before AND row.place < cut.first_after
    WHERE row.is_silent
    GROUP BY cut.upload_no, cut.segment
),
-- By how much the clock after a cut is ahead of the one before it, at the rows about the cut: summer time may begin or end between them.
edges AS (
    SELECT cut.upload_no, cut.segment, row.place, row.written_at, row.written_at + to_seconds(row.resolution_s) AS left_at,
           other.level_s + other.drift * (row.day - other.day) - CASE WHEN row.summer THEN other_read.summer_s ELSE other_read.winter_s END
               - one.level_s - one.drift * (row.day - one.day) + CASE WHEN row.summer THEN one_read.summer_s ELSE one_read.winter_s END AS gain_s
    FROM (
        SELECT DISTINCT upload_no, segment, unnest([greatest(1, surely_before), greatest(1, last_before), first_after, surely_after]) AS place FROM cuts
    ) AS cut
    JOIN reconcile__clock_rows AS row ON row.upload_no = cut.upload_no AND row.place = cut.place
    JOIN switches AS switch ON switch.upload_no = cut.upload_no AND switch.segment = cut.segment
    JOIN reconcile__clock_lines AS one ON one.upload_no = cut.upload_no AND one.line_no = switch.line_before
    JOIN reconcile__clock_lines AS other ON other.upload_no = cut.upload_no AND other.line_no = switch.line_after
    JOIN reconcile__clock_readings AS one_read ON one_read.reading_no = one.reading_no
    JOIN reconcile__clock_readings AS other_read ON other_read.reading_no = other.reading_no
),
-- Where it is not known which clock a row was written by, the one that makes it later is taken out; a clock set back writes the same times twice.
moments AS (
    SELECT cut.upload_no, cut.segment, coalesce(silent.rows, 0) >= 15 AS is_gap, last.gain_s < 0 AS is_back,
           CASE WHEN last.gain_s >= 0 THEN last.left_at WHEN sure.gain_s < 0 THEN sure.left_at + to_seconds(floor(sure.gain_s)) ELSE last.left_at + to_seconds(floor(last.gain_s)) END AS back_at,
           CASE WHEN last.gain_s < 0 OR surely.gain_s < 0 THEN first.written_at ELSE surely.written_at END AS forward_at
    FROM cuts AS cut
    LEFT JOIN silent ON silent.upload_no = cut.upload_no AND silent.segment = cut.segment
    JOIN edges AS last ON last.upload_no = cut.upload_no AND last.segment = cut.segment AND last.place = greatest(1, cut.last_before)
    JOIN edges AS sure ON sure.upload_no = cut.upload_no AND sure.segment = cut.segment AND sure.place = greatest(1, cut.surely_before)
    LEFT JOIN edges AS first ON first.upload_no = cut.upload_no AND first.segment = cut.segment AND first.place = cut.first_after
    LEFT JOIN edges AS surely ON surely.upload_no = cut.upload_no AND surely.segment = cut.segment AND surely.place = cut.surely_after
),
pieces AS (
    SELECT segment.upload_no, segment.segment, segment.segment AS fitted, true AS certain,
           CASE WHEN before.is_back AND NOT before.is_gap THEN before.back_at ELSE before.forward_at END AS from_at,
           CASE WHEN after.is_back OR after.is_gap THEN after.back_at ELSE after.forward_at END AS to_at
    FROM segments AS segment
    LEFT JOIN moments AS before ON before.upload_no = segment.upload_no AND before.segment = segment.segment - 1
    LEFT JOIN moments AS after ON after.upload_no = segment.upload_no AND after.segment = segment.segment
    UNION ALL
    SELECT upload_no, segment, CASE WHEN is_back THEN segment + 1 ELSE segment END, false, back_at, forward_at FROM moments WHERE is_gap
),
-- A step back that reaches over a short stretch leaves nothing of it.
ordered AS (
    SELECT *, coalesce(min(from_at) OVER (PARTITION BY upload_no ORDER BY segment, certain DESC ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), to_at) AS next_at FROM pieces
)
SELECT ordered.upload_no, row_number() OVER (PARTITION BY ordered.upload_no ORDER BY ordered.segment, ordered.certain DESC) AS period,
       ordered.fitted, segment.line_no, ordered.certain, ordered.from_at, ordered.next_at AS to_at
FROM ordered
JOIN segments AS segment ON segment.upload_no = ordered.upload_no AND segment.segment = ordered.fitted
WHERE coalesce(ordered.from_at < ordered.next_at, true)
ORDER BY ordered.upload_no, period;
