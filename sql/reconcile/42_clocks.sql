-- Each row is a period of an upload with the reading of its clock that the data support: convention, seconds ahead of the portal and drift, what it was measured against; the periods of an upload follow each other without a gap.
CREATE OR REPLACE TABLE reconcile__clocks AS
WITH uploads AS (
    SELECT row.upload_id, any_value(timed.upload_no) AS upload_no, any_value(timed.origin) AS origin, max(row.resolution_s) AS resolution_s,
           bool_or(row.received_local IS NULL) AS zoned, min(coalesce(row.received_local, row.received_utc)) AS first_at,
           max(coalesce(row.received_local, row.received_utc)) + INTERVAL 1 SECOND AS end_at
    FROM reconcile__registrations AS row
    LEFT JOIN (SELECT upload_id, upload_no, min(written_at) AS origin FROM reconcile__clock_rows GROUP BY upload_id, upload_no) AS timed
      ON timed.upload_id = row.upload_id
    GROUP BY row.upload_id
),
inside AS (
    SELECT period.upload_no, period.fitted, line.reading_no, line.width, line.drift, pair.day, pair.row_no, pair.resolution_s,
           line.level_s + line.drift * (pair.day - line.day) AS line_s,
           CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
               + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END AS difference_s
    FROM reconcile__clock_periods AS period
    JOIN reconcile__clock_lines AS line ON line.upload_no = period.upload_no AND line.line_no = period.line_no
    JOIN reconcile__clock_readings AS reading ON reading.reading_no = line.reading_no
    JOIN reconcile__clock_pairs AS pair ON pair.upload_no = period.upload_no AND pair.zoned = reading.zoned
    JOIN reconcile__clock_rows AS row ON row.row_no = pair.row_no
    WHERE period.certain AND period.line_no > 0 AND coalesce(row.written_at >= period.from_at, true) AND coalesce(row.written_at < period.to_at, true)
),
near AS (SELECT * FROM inside WHERE difference_s - line_s BETWEEN -2.5 * width AND 6 * width),
sloped AS (
    SELECT upload_no, fitted, avg(day) AS middle_day, avg(line_s) AS middle_s, count(DISTINCT row_no) AS hits, max(day) - min(day) AS days, any_value(width) AS width,
           CASE WHEN any_value(drift) = 0 THEN 0 WHEN max(day) - min(day) < 1 THEN any_value(drift) ELSE any_value(drift) + regr_slope(difference_s - line_s, day) END AS drift
    FROM near GROUP BY upload_no, fitted
),
slopes AS (SELECT * EXCLUDE (drift), CASE WHEN abs(drift) * days < 2 * width THEN 0 ELSE drift END AS drift FROM sloped),
fits AS (
    SELECT near.upload_no, near.fitted, any_value(near.reading_no) AS reading_no, any_value(near.width) AS width, any_value(slopes.drift) AS drift,
           any_value(slopes.middle_day) AS middle_day, any_value(slopes.hits) AS hits,
           any_value(slopes.middle_s) + quantile_cont(near.difference_s - slopes.middle_s - slopes.drift * (near.day - slopes.middle_day), 0.01)
               + CASE WHEN max(near.resolution_s) > 1 THEN max(near.resolution_s) / 2.0 ELSE 0 END AS offset_s
    FROM near
    JOIN slopes ON slopes.upload_no = near.upload_no AND slopes.fitted = near.fitted
    GROUP BY near.upload_no, near.fitted
),
sizes AS (
    SELECT period.upload_no, period.period, count(*) AS rows
    FROM reconcile__clock_periods AS period
    JOIN reconcile__clock_rows AS row
      ON row.upload_no = period.upload_no AND coalesce(row.written_at >= period.from_at, true) AND coalesce(row.written_at < period.to_at, true)
    GROUP BY period.upload_no, period.period
),
pairs AS (SELECT upload_no, fitted, count(*) FILTER (WHERE difference_s BETWEEN -9000 AND 9000) AS pairs FROM inside GROUP BY upload_no, fitted),
fitted AS (
    SELECT period.upload_no, period.period, period.from_at, period.to_at, fit.reading_no, fit.width, fit.hits AS score, pairs.pairs, fit.drift, fit.middle_day,
           fit.offset_s, period.certain AND fit.hits >= 12 AND fit.hits >= 0.25 * sizes.rows AS identified
    FROM reconcile__clock_periods AS period
    JOIN fits AS fit ON fit.upload_no = period.upload_no AND fit.fitted = period.fitted
    JOIN pairs ON pairs.upload_no = fit.upload_no AND pairs.fitted = fit.fitted
    LEFT JOIN sizes ON sizes.upload_no = period.upload_no AND sizes.period = period.period
    UNION ALL
    SELECT period.upload_no, period.period, period.from_at, period.to_at, choice.reading_no, choice.width, choice.score, choice.pairs, 0, 0,
           choice.offset_s, period.certain
    FROM reconcile__clock_periods AS period
    JOIN reconcile__clock_choices AS choice ON choice.upload_no = period.upload_no
    WHERE period.line_no = 0
    UNION ALL
    SELECT choice.upload_no, 1, NULL, NULL, choice.reading_no, choice.width, choice.score, choice.pairs, 0, 0, choice.offset_s, true
    FROM reconcile__clock_choices AS choice
    ANTI JOIN reconcile__clock_tracks AS track ON track.upload_no = choice.upload_no
),
placed AS (
    SELECT upload.*, coalesce(fitted.period, 1) AS period, coalesce(fitted.from_at, upload.first_at) AS from_at, coalesce(fitted.to_at, upload.end_at) AS to_at,
           reading.convention, reading.reference, coalesce(fitted.identified, false) AS identified, fitted.width, fitted.score, fitted.pairs,
           coalesce(fitted.drift, 0) AS drift,
           fitted.offset_s + fitted.drift * ((epoch_ms(coalesce(fitted.from_at, upload.first_at)) - epoch_ms(upload.origin)) / 86400000.0 - fitted.middle_day) AS lead_s
    FROM uploads AS upload
    LEFT JOIN fitted ON fitted.upload_no = upload.upload_no
    LEFT JOIN reconcile__clock_readings AS reading ON reading.reading_no = fitted.reading_no
),
named AS (
    SELECT *, CASE WHEN convention = 'cet' AND abs(lead_s + 3600) < abs(lead_s) THEN 'utc' ELSE convention END AS said FROM placed
)
SELECT
    upload_id, period, count(*) OVER (PARTITION BY upload_id) AS periods, from_at AS from_local, to_at AS to_local,
    coalesce(said, CASE WHEN zoned THEN 'zoned' ELSE 'oslo' END) AS convention,
    identified,
    coalesce(reference, 'sent') AS reference,
    CASE WHEN identified THEN round(lead_s + CASE WHEN said IS DISTINCT FROM convention THEN 3600 ELSE 0 END)::BIGINT END AS offset_s,
    round(drift, 4) AS drift_s_a_day,
    -- What is taken out also where it is not certain: of the clocks before and after, the one that makes a row later.
    coalesce(round(lead_s + CASE WHEN said IS DISTINCT FROM convention THEN 3600 ELSE 0 END), 0)::BIGINT AS shift_s,
    resolution_s, width, score, pairs
FROM named
ORDER BY upload_id, period;
