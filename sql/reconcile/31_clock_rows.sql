-- Each row is a registration by which an upload's clock is measured, a sample of the large ones, with its place in order of time, its block of four rows or more that follow each other, and its stretch of twenty-five or more.
CREATE OR REPLACE TABLE reconcile__clock_rows AS
WITH uploads AS (
    SELECT upload_id, row_number() OVER (ORDER BY upload_id) AS upload_no, count(*) AS rows
    FROM reconcile__registrations GROUP BY upload_id
),
timed AS (
    SELECT upload.upload_no, upload.upload_id, row.row_no, row.entries, row.resolution_s, row.message_id, row.channel, row.reporter, row.received_local, row.received_utc,
           coalesce(row.received_local, row.received_utc) AS written_at
    FROM reconcile__registrations AS row
    JOIN uploads AS upload ON upload.upload_id = row.upload_id
    WHERE row.resolution_s < 86400 AND row.item_type = 'concern' AND row.channel IN ('portal', 'svarinn', 'manual')
    QUALIFY upload.rows <= $clock_sample_rows OR row_number() OVER (
        PARTITION BY upload.upload_no ORDER BY hash(row.received_utc, row.message_id, row.reporter, row.channel), row.row_no
    ) <= $clock_sample_rows
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY upload_no ORDER BY written_at, message_id, row_no) AS place,
           count(*) OVER (PARTITION BY upload_no) AS rows
    FROM timed
)
SELECT upload_no, upload_id, row_no, entries, resolution_s, message_id, channel, reporter, written_at, place,
       (epoch_ms(written_at) - epoch_ms(min(written_at) OVER (PARTITION BY upload_no))) / 86400000.0 AS day,
       -- Fewer than sixty rows are one block, and their clock is never split.
       CASE WHEN rows < 60 THEN 0 ELSE (place - 1) * least(96, rows // 4) // rows END AS block,
       CASE WHEN rows < 60 THEN 0 ELSE (place - 1) * least(48, rows // 25) // rows END AS stretch,
       received_local IS NULL AS zoned,
       coalesce(received_local - received_utc = INTERVAL 2 HOUR, false) AS summer,
       epoch_ms(written_at) // 3600000 AS hour,
       coalesce(received_local - INTERVAL 1 HOUR, received_utc) AS base_utc
FROM placed;
