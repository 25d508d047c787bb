-- A written time as naive UTC (the earlier instant in the fold); NULL when it cannot be read; a value with an offset is honoured.
CREATE OR REPLACE MACRO read_utc(written) AS
    CASE WHEN has_offset(written) THEN TRY_CAST(trim(written) AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
         ELSE oslo_utc(TRY_CAST(trim(written) AS TIMESTAMP)) END;
