-- Each row is a case system that a place used towards the portal, for the half-open interval of its integration.
CREATE OR REPLACE TABLE roster__case_systems AS
SELECT municipality_no, canonical_no, district_no, fagsystem AS case_system,
       read_utc(written_text(integrert_fra)) AS from_utc, read_utc(written_text(integrert_til)) AS to_utc,
       written_text(kilde) AS source, source_row::BIGINT AS source_row
FROM roster__case_systems_csv
ORDER BY canonical_no, district_no, source_row;
