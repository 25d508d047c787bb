-- Each row is one row of an approved delivery log that the log in its place lacks.
CREATE OR REPLACE TABLE renewal__missing_rows AS
SELECT * FROM renewal__approved_rows
EXCEPT
SELECT * FROM renewal__present_rows;
