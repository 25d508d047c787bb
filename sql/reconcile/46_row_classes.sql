-- Each row is a class of registrations that stand on the same time lines, numbered so that the rounds of matching compare numbers instead of texts.
CREATE OR REPLACE TABLE reconcile__row_classes AS
SELECT row_number() OVER (ORDER BY source, pool, channel, reporter, superseded)::INTEGER AS class_no,
       source, pool, channel, reporter, superseded
FROM (SELECT DISTINCT source, pool, channel, reporter, superseded FROM reconcile__time_rows)
ORDER BY class_no;
