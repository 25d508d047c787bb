-- Norwegian wall-clock time as naive UTC: the later instant of the doubled autumn hour, else the same as oslo_utc.
CREATE OR REPLACE MACRO oslo_utc_later(wall) AS
    (wall AT TIME ZONE 'Europe/Oslo') AT TIME ZONE 'UTC';
