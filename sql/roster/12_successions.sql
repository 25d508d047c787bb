-- Each row is a municipality that was merged into another or split, with one that it became.
CREATE OR REPLACE TABLE roster__successions AS
SELECT old_no, new_no FROM roster__successions_csv ORDER BY old_no, new_no;
