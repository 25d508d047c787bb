-- Each row is whom a synthetic service serves.
CREATE OR REPLACE TABLE accuracy__roster__service_members AS
SELECT entry AS service_id, entry AS municipality_no, entry AS canonical_no, '' AS district_no, NULL::DATE AS valid_from, NULL::DATE AS valid_to
FROM accuracy__uploads;
