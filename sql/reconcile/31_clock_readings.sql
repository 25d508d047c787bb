-- Each row is a way to read a log's clock, in order of preference: its convention, what it is measured against, and the seconds that reading it so adds to winter time, in winter and in summer.
CREATE OR REPLACE TABLE reconcile__clock_readings AS
SELECT convention_no * 2 + measure_no AS reading_no, convention, reference, zoned, winter_s, summer_s
FROM (VALUES (0, 'zoned', true, 0, 0), (1, 'oslo', false, 0, -3600), (2, 'utc', false, 3600, 3600), (3, 'cet', false, 0, 0))
    AS conventions (convention_no, convention, zoned, winter_s, summer_s)
CROSS JOIN (VALUES (0, 'sent'), (1, 'acknowledged')) AS measures (measure_no, reference)
ORDER BY reading_no;
