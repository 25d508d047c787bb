-- Each row is a municipality as the registry names it, for the time that the name and number were valid.
CREATE OR REPLACE TABLE roster__municipalities AS
SELECT municipality_no, canonical_no, navn AS name, fylkesnummer AS county_no, fylke AS county,
       TRY_CAST(written_text(gyldig_fra) AS DATE) AS valid_from, TRY_CAST(written_text(gyldig_til) AS DATE) AS valid_to
FROM roster__municipalities_csv
ORDER BY municipality_no, valid_from;
