-- The one row declares the synthetic extract complete.
CREATE OR REPLACE TABLE drill_synthetic__portal__extract AS
SELECT true AS declared, NULL::VARCHAR AS problem, $start::TIMESTAMP AS from_utc, $end::TIMESTAMP AS to_utc, $end::TIMESTAMP AS extracted_utc,
       60::BIGINT AS declared_total, 60::BIGINT AS unique_ids, 60::BIGINT AS rows_read, 0::BIGINT AS invalid_rows,
       0::BIGINT AS conflicting_ids, 0::BIGINT AS repeated_rows;
