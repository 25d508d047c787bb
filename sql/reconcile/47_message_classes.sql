-- Each row is a class of messages that stand on the same time lines of one source of registrations, numbered as those of registrations are.
CREATE OR REPLACE TABLE reconcile__message_classes AS
WITH numbered AS (
    SELECT row_number() OVER (ORDER BY kind.entry_id, kind.channel, kind.form_type, pool.source)::INTEGER AS class_no,
           kind.entry_id, kind.channel, kind.form_type, pool.source
    FROM (SELECT DISTINCT entry_id, channel, form_type FROM reconcile__candidates) AS kind
    JOIN (SELECT DISTINCT entry_id, source FROM reconcile__pools) AS pool ON pool.entry_id = kind.entry_id
)
SELECT CASE WHEN class_no < 1048576 THEN class_no ELSE error('more classes of messages than the rounds can tell apart') END AS class_no,
       * EXCLUDE (class_no)
FROM numbered
ORDER BY class_no;
