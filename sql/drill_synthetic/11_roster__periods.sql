-- The one row is the synthetic municipality's period.
CREATE OR REPLACE TABLE drill_synthetic__roster__periods AS SELECT $no AS entry_id, $start::TIMESTAMP AS from_utc, $end::TIMESTAMP AS to_utc;
