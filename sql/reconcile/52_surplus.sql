-- Each row is a registration that could answer by time and answers no message, with whether its clock is identified.
CREATE OR REPLACE TABLE reconcile__surplus AS
SELECT row.row_no, row.entries, row.reporter, row.source, row.at_utc, epoch_ms(row.at_utc + row.margin) AS received_ms,
       row.clock_identified
FROM reconcile__time_rows AS row
ANTI JOIN (
    SELECT pair.row_no FROM reconcile__settled_pairs AS pair
    ANTI JOIN reconcile__unlikely_pairs AS unlikely
      ON unlikely.message_no = pair.message_no AND unlikely.row_no = pair.row_no
) AS answering ON answering.row_no = row.row_no
WHERE NOT row.superseded
ORDER BY row.row_no;
