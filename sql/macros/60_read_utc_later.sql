-- A written time as naive UTC, the later instant in the fold; NULL when it cannot be read.
CREATE OR REPLACE MACRO read_utc_later(written) AS
    CASE WHEN has_offset(written) THEN TRY_CAST(trim(written) AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
         ELSE oslo_utc_later(TRY_CAST(trim(written) AS TIMESTAMP)) END;
