-- The one row says what the extract declares of itself (manifest.json) and what was counted in it.
CREATE OR REPLACE TABLE portal__extract AS
SELECT
    $manifest_problem::VARCHAR IS NULL AS declared,
    $manifest_problem::VARCHAR AS problem,
    read_utc($from_date::VARCHAR) AS from_utc,
    -- An end that cannot be read is no end: least() alone would leave the NULL out and take the other.
    CASE WHEN read_utc($to_date::VARCHAR) IS NOT NULL
         THEN least(read_utc($to_date::VARCHAR), read_utc_end($extracted::VARCHAR)) END AS to_utc,
    read_utc($extracted::VARCHAR) AS extracted_utc,
    $declared_total::BIGINT AS declared_total,
    (SELECT count(*) FROM portal__messages) AS unique_ids,
    (SELECT count(*) FROM portal__rows) + (SELECT count(*) FROM portal__rejected) AS rows_read,
    (SELECT count(*) FROM portal__problems WHERE problem IS DISTINCT FROM 'CONFLICTING_ID') AS invalid_rows,
    (SELECT count(*) FROM portal__problems WHERE problem = 'CONFLICTING_ID') AS conflicting_ids,
    (SELECT count(*) FROM portal__rows WHERE problem IS NULL)
        - (SELECT count(DISTINCT message_id) FROM portal__rows WHERE problem IS NULL) AS repeated_rows;
