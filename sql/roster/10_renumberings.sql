-- Each row is a one-to-one renumbering of a municipality: its older or newer number and the one of 2020-2023.
CREATE OR REPLACE TABLE roster__renumberings AS
SELECT old_no, canonical_no FROM roster__renumberings_csv ORDER BY old_no;
