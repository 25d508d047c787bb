-- Each row is a version of Visma Familia that a place says it installed; a date alone counts from its end.
CREATE OR REPLACE TABLE roster__fixes AS
SELECT municipality_no, canonical_no, district_no, versjon AS version,
       list_transform(regexp_extract_all(versjon, '[0-9]+'), lambda part: part::INTEGER) AS version_parts,
       read_utc_end(written_text(installert)) AS installed_utc,
       written_text(bekreftet_av) AS confirmed_by,
       read_utc(written_text(bekreftet_tidspunkt)) AS confirmed_utc,
       source_row::BIGINT AS source_row
FROM roster__fixes_csv
ORDER BY canonical_no, district_no, installed_utc, source_row;
