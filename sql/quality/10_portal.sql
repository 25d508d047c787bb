-- The one row counts what is wrong with the portal's extract and with how it was read.
CREATE OR REPLACE TABLE quality__portal AS
SELECT
    coalesce(x.invalid_rows, -1) AS invalid_rows,
    coalesce(x.conflicting_ids, -1) AS conflicting_ids,
    -- An undeclared total is no defect of the rows: it has a reason of its own.
    CASE WHEN x.declared THEN coalesce(abs(x.declared_total - x.unique_ids), -1) ELSE 0 END AS rows_off_total,
    coalesce(x.rows_read - x.unique_ids - x.repeated_rows - x.invalid_rows, -1) AS rows_unaccounted,
    coalesce(x.unique_ids, -1) - (SELECT count(*) FROM portal__messages) AS messages_off_count,
    (SELECT count(*) - count(DISTINCT message_id) FROM portal__messages) AS repeated_ids,
    (
        SELECT count(*) FROM portal__messages
        WHERE message_id IS NULL OR sent_utc IS NULL OR recipient_id IS NULL
    ) AS incomplete_messages,
    (
        SELECT count(*) FROM portal__messages
        ANTI JOIN (VALUES ('FIKS_IO'), ('SVARINN'), ('MANUELL_MOTTAK'), ('PRINT')) AS word(channel) USING (channel)
    ) AS unknown_channels,
    (
        SELECT count(*) FROM portal__messages
        ANTI JOIN (VALUES ('private'), ('public'), ('unknown')) AS word(form_type) USING (form_type)
    ) AS unknown_form_types
FROM portal__extract AS x;
