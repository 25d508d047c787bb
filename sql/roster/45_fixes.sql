-- Each row is a version of Visma Familia that a place says it installed; a date alone counts from its end.
CREATE OR REPLACE TABLE roster__fixes AS
SELECT municipality_no, canonical_no, district_no, versjon AS version,
       -- A part too long for a number, like a build's time stamp, is larger than any other; the versions that matter differ before it.
       list_transform(regexp_extract_all(versjon, '[0-9]+'), lambda part: coalesce(TRY_CAST(part AS INTEGER), 2147483647)) AS version_parts,
       read_utc_end(written_text(installert)) AS installed_utc,
       written_text(bekreftet_av) AS confirmed_by,
       read_utc(written_text(bekreftet_tidspunkt)) AS confirmed_utc,
       source_row::BIGINT AS source_row
FROM roster__fixes_csv
ORDER BY canonical_no, district_no, installed_utc, source_row;
