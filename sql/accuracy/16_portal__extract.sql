-- The one row declares the synthetic extract complete.
CREATE OR REPLACE TABLE accuracy__portal__extract AS
SELECT true AS declared, NULL::VARCHAR AS problem, $start::TIMESTAMP AS from_utc, $as_of::TIMESTAMP AS to_utc, $as_of::TIMESTAMP AS extracted_utc,
       (SELECT count(*) FROM accuracy__messages) AS declared_total, (SELECT count(*) FROM accuracy__messages) AS unique_ids,
       (SELECT count(*) FROM accuracy__messages) AS rows_read, 0::BIGINT AS invalid_rows, 0::BIGINT AS conflicting_ids, 0::BIGINT AS repeated_rows;
