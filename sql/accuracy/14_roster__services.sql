-- Each row is a synthetic service.
CREATE OR REPLACE TABLE accuracy__roster__services AS SELECT entry AS service_id, entry AS name, entry AS host_municipality_no FROM accuracy__uploads;
