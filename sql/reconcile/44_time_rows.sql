-- Each row is a registration that may answer a message by time: no usable id, a concern report, and the same row of two files once.
CREATE OR REPLACE TABLE reconcile__time_rows AS
WITH usable AS (
    SELECT *, row_number() OVER (
        PARTITION BY upload_id, superseded, at_utc, reporter, channel, entries ORDER BY row_no
    ) AS occurrence
    FROM reconcile__rows_in_time
    WHERE message_id IS NULL AND item_type = 'concern' AND channel IN ('portal', 'svarinn', 'manual') AND len(entries) > 0
)
SELECT row_no, source, entries, list_aggregate(entries, 'string_agg', '|') AS pool, len(entries) AS pool_size,
       reporter, channel, superseded, reference, resolution_s, at_utc, at_later_utc, margin
FROM usable
QUALIFY row_number() OVER (PARTITION BY source, superseded, at_utc, reporter, channel, entries, occurrence ORDER BY row_no) = 1
ORDER BY row_no;
