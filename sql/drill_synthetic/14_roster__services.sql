-- The one row is the synthetic service.
CREATE OR REPLACE TABLE drill_synthetic__roster__services AS SELECT 'drill' AS service_id, 'drill' AS name, $no AS host_municipality_no;
