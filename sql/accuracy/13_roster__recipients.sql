-- Each row is a synthetic recipient.
CREATE OR REPLACE TABLE accuracy__roster__recipients AS
SELECT md5(entry)::UUID AS recipient_id, entry AS municipality_no, entry AS canonical_no, '' AS district_no FROM accuracy__uploads;
