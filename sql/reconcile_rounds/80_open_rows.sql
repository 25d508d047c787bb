-- Each row is a registration that still answers no message after the round.
CREATE OR REPLACE TABLE reconcile__open_rows AS
SELECT row.*
FROM reconcile__open_rows AS row
ANTI JOIN (SELECT row_no FROM reconcile_rounds__found WHERE row_no IS NOT NULL) AS used ON used.row_no = row.row_no;
