-- Each row is a place that a service serves, in the half-open interval of dates.
CREATE OR REPLACE TABLE roster__service_members AS
SELECT tjeneste_id AS service_id, municipality_no, canonical_no, district_no,
       TRY_CAST(written_text(gyldig_fra) AS DATE) AS valid_from, TRY_CAST(written_text(gyldig_til) AS DATE) AS valid_to
FROM roster__service_members_csv
ORDER BY ALL;
