-- Each row is a synthetic entry's period.
CREATE OR REPLACE TABLE accuracy__roster__periods AS
SELECT entry AS entry_id, $start::TIMESTAMP AS from_utc, $end::TIMESTAMP AS to_utc FROM accuracy__uploads;
