-- Each row would be another number of the synthetic municipality; it has none.
CREATE OR REPLACE TABLE drill_synthetic__roster__renumberings AS SELECT NULL::VARCHAR AS old_no, NULL::VARCHAR AS canonical_no WHERE false;
