-- Norwegian wall-clock time as naive UTC: the earlier instant of the doubled autumn hour; the missing spring hour is read as if winter time went on.
CREATE OR REPLACE MACRO oslo_utc(wall) AS
    ((wall AT TIME ZONE 'Europe/Oslo') AT TIME ZONE 'UTC')
    - CASE WHEN is_autumn_fold(wall) THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END;
