-- Each row is a registration on the portal's time line: its clock's convention, offset and drift in that period are taken out, a margin is added; late is safe, early is not.
CREATE OR REPLACE TABLE reconcile__rows_in_time AS
WITH read AS (
    SELECT row.*, coalesce(row.received_local, row.received_utc) AS written_at, clock.convention, clock.width, clock.identified AND row.resolution_s < 86400 AS clock_identified,
           CASE clock.convention WHEN 'utc' THEN row.received_local WHEN 'cet' THEN row.received_local - INTERVAL 1 HOUR END AS fixed_utc,
           floor(clock.shift_s + clock.drift_s_a_day * (epoch_ms(coalesce(row.received_local, row.received_utc)) - epoch_ms(clock.from_local)) / 86400000.0)::BIGINT AS ahead_s
    FROM reconcile__registrations AS row
    JOIN reconcile__clocks AS clock
      ON clock.upload_id = row.upload_id
     -- The first and the last period have no end: no row may fall out.
     AND (clock.period = 1 OR coalesce(row.received_local, row.received_utc) >= clock.from_local)
     AND (clock.period = clock.periods OR coalesce(row.received_local, row.received_utc) < clock.to_local)
)
SELECT
    row_no, upload_id, source, entries, message_id, item_type, reporter, channel, resolution_s,
    superseded_by IS NOT NULL AS superseded,
    written_at,
    coalesce(fixed_utc, received_utc) - to_seconds(ahead_s) AS at_utc,
    coalesce(fixed_utc, received_later_utc) - to_seconds(ahead_s) AS at_later_utc,
    -- An offset within two minutes may as well be the usual delay: what the log shows of itself stands where it wrote it.
    coalesce(fixed_utc, received_utc) - CASE WHEN abs(ahead_s) <= 120 THEN INTERVAL 0 SECOND ELSE to_seconds(ahead_s) END AS life_utc,
    CASE WHEN resolution_s >= 86400 THEN INTERVAL 1 DAY
         WHEN resolution_s > 1 THEN to_seconds(resolution_s) + INTERVAL 30 SECOND
         WHEN width >= 120 THEN INTERVAL 2 MINUTE
         ELSE INTERVAL 30 SECOND END AS margin,
    clock_identified,
    CASE WHEN convention = 'oslo' AND is_autumn_fold(received_local) THEN 'twice' WHEN convention = 'oslo' AND is_spring_gap(received_local) THEN 'never' END AS hour_occurs
FROM read
ORDER BY row_no;
