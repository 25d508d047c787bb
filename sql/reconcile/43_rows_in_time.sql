-- Each row is a registration on the portal's time line: its clock's convention and offset are taken out, a margin is added; late is safe, early is not.
CREATE OR REPLACE TABLE reconcile__rows_in_time AS
WITH read AS (
    SELECT row.*, clock.width, coalesce(clock.offset_s, 0) AS offset_s,
           CASE clock.convention WHEN 'utc' THEN row.received_local WHEN 'cet' THEN row.received_local - INTERVAL 1 HOUR END AS fixed_utc,
           to_milliseconds(1000 * coalesce(clock.offset_s, 0)) AS ahead
    FROM reconcile__registrations AS row
    JOIN reconcile__clocks AS clock ON clock.upload_id = row.upload_id
)
SELECT
    row_no, upload_id, source, entries, message_id, item_type, reporter, channel, resolution_s,
    superseded_by IS NOT NULL AS superseded,
    coalesce(received_local, received_utc) AS written_at,
    coalesce(fixed_utc, received_utc) - ahead AS at_utc,
    coalesce(fixed_utc, received_later_utc) - ahead AS at_later_utc,
    -- An offset within two minutes may as well be the usual delay: what the log shows of itself stands where it wrote it.
    coalesce(fixed_utc, received_utc) - CASE WHEN abs(offset_s) <= 120 THEN INTERVAL 0 SECOND ELSE ahead END AS life_utc,
    CASE WHEN resolution_s >= 86400 THEN INTERVAL 1 DAY
         WHEN resolution_s > 1 THEN to_seconds(resolution_s) + INTERVAL 30 SECOND
         WHEN width >= 120 THEN INTERVAL 2 MINUTE
         ELSE INTERVAL 30 SECOND END AS margin
FROM read
ORDER BY row_no;
