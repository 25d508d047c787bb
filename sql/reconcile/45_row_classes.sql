-- Each row is a class of registrations that stand on the same time lines with the same margin, numbered so that the rounds of matching compare numbers instead of texts.
CREATE OR REPLACE TABLE reconcile__row_classes AS
WITH classes AS (
    SELECT source, pool, channel, reporter, superseded, resolution_s, margin, any_value(entries) AS entries, any_value(pool_size) AS pool_size
    FROM reconcile__time_rows
    GROUP BY source, pool, channel, reporter, superseded, resolution_s, margin
),
numbered AS (
    SELECT *, hash(source, pool, channel, reporter, superseded, resolution_s, margin) AS class_key, row_number() OVER (ORDER BY source, pool, channel, reporter, superseded, resolution_s, margin)::INTEGER AS class_no FROM classes
)
-- The rounds pack the number into twenty bits, and find a row's class by its key.
SELECT CASE WHEN class_no < 1048576 AND count(*) OVER (PARTITION BY class_key) = 1 THEN class_no
            ELSE error('the classes of registrations cannot be told apart') END AS class_no,
       * EXCLUDE (class_no), epoch_ms(TIMESTAMP '1970-01-01' + margin) AS margin_ms
FROM numbered
ORDER BY class_no;
