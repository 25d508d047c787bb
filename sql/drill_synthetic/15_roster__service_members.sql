-- The one row is whom the synthetic service serves.
CREATE OR REPLACE TABLE drill_synthetic__roster__service_members AS
SELECT 'drill' AS service_id, $no AS municipality_no, $no AS canonical_no, '' AS district_no, NULL::DATE AS valid_from, NULL::DATE AS valid_to;
