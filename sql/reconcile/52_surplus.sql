-- Each row is a registration that could answer by time and answers no message, with whether its clock is identified, and whether it kept to one line over the whole log.
CREATE OR REPLACE TABLE reconcile__surplus AS
WITH steady AS (SELECT upload_id FROM reconcile__clocks GROUP BY upload_id HAVING count(*) = 1)
SELECT row.row_no, row.entries, row.reporter, row.source, row.at_utc, epoch_ms(row.at_utc + row.margin) AS received_ms,
       row.clock_identified, timed.upload_id IN (SELECT upload_id FROM steady) AS clock_steady
FROM reconcile__time_rows AS row
JOIN reconcile__rows_in_time AS timed ON timed.row_no = row.row_no
ANTI JOIN (
    SELECT pair.row_no FROM reconcile__settled_pairs AS pair
    ANTI JOIN reconcile__unlikely_pairs AS unlikely
      ON unlikely.message_no = pair.message_no AND unlikely.row_no = pair.row_no
) AS answering ON answering.row_no = row.row_no
WHERE NOT row.superseded
ORDER BY row.row_no;
