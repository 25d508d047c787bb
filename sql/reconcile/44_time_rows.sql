-- Each row is a registration that may answer a message by time: no usable id, a concern report, and the same row of two files once.
CREATE OR REPLACE TABLE reconcile__time_rows AS
WITH usable AS (
    SELECT *, row_number() OVER (
        PARTITION BY upload_id, written_at, reporter, channel, entries ORDER BY superseded, message_id IS NULL, row_no
    ) AS occurrence
    FROM reconcile__rows_in_time
    WHERE item_type = 'concern' AND channel IN ('portal', 'svarinn', 'manual') AND len(entries) > 0
),
-- A superseded row that the later file still has must not stay as a second row, or it would hide a loss nearby.
once AS (
    SELECT * FROM usable
    QUALIFY row_number() OVER (
        PARTITION BY source, written_at, reporter, channel, entries, occurrence ORDER BY superseded, message_id IS NULL, row_no
    ) = 1
)
SELECT row_no, source, entries, list_aggregate(entries, 'string_agg', '|') AS pool, len(entries) AS pool_size,
       reporter, channel, superseded, resolution_s, at_utc, at_later_utc, margin, clock_identified
FROM once
WHERE message_id IS NULL
ORDER BY row_no;
