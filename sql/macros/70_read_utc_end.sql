-- A written time as naive UTC where a date alone counts from its end: the Norwegian midnight that ends the day.
CREATE OR REPLACE MACRO read_utc_end(written) AS
    CASE WHEN regexp_full_match(trim(written), '[0-9]{4}-[0-9]{2}-[0-9]{2}')
         THEN oslo_utc(TRY_CAST(trim(written) AS TIMESTAMP) + INTERVAL 1 DAY)
         ELSE read_utc(written) END;
