-- Each row is a child welfare service and the municipality that hosts it.
CREATE OR REPLACE TABLE roster__services AS
SELECT tjeneste_id AS service_id, navn AS name, vert_kommunenummer AS host_municipality_no
FROM roster__services_csv
QUALIFY row_number() OVER (PARTITION BY tjeneste_id ORDER BY source_row::INTEGER) = 1
ORDER BY service_id;
