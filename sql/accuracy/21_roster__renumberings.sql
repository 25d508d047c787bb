-- Each row would be another number of a synthetic municipality; none has one.
CREATE OR REPLACE TABLE accuracy__roster__renumberings AS SELECT NULL::VARCHAR AS old_no, NULL::VARCHAR AS canonical_no WHERE false;
