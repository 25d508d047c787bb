-- The day that a naive UTC moment belongs to in Norway.
CREATE OR REPLACE MACRO norwegian_day(moment_utc) AS
    ((moment_utc AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/Oslo')::DATE;
