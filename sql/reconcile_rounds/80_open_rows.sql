-- Each row is a registration that still answers no message after the round: it was left alone, or not asked.
CREATE OR REPLACE TABLE reconcile__open_rows AS
SELECT row.*
FROM reconcile__open_rows AS row
SEMI JOIN (SELECT id >> 20 AS row_no FROM reconcile_rounds__left WHERE key & 1 = 1) AS alone ON alone.row_no = row.row_no
UNION ALL
SELECT row.*
FROM reconcile__open_rows AS row
ANTI JOIN reconcile_rounds__lines AS line ON line.class_no = row.class_no;
