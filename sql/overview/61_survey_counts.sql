-- The one row counts what the answers say, of those that were neither discarded nor superseded.
CREATE OR REPLACE TABLE overview__survey_counts AS
SELECT
    count(*) FILTER (missing = 'ja_kjent') AS missing_ja_kjent,
    count(*) FILTER (missing = 'ja_ukjent') AS missing_ja_ukjent,
    count(*) FILTER (missing = 'nei') AS missing_nei,
    count(*) FILTER (missing = 'vet_ikke') AS missing_vet_ikke,
    count(*) FILTER (routines = 'ja') AS routines_ja,
    count(*) FILTER (routines = 'nei') AS routines_nei,
    count(*) FILTER (routines = 'vet_ikke') AS routines_vet_ikke,
    count(*) FILTER (deviation = 'ja') AS deviation_ja,
    count(*) FILTER (deviation = 'nei') AS deviation_nei,
    count(*) FILTER (deviation = 'vet_ikke') AS deviation_vet_ikke,
    count(*) FILTER (list_contains(informed, 'direkte_personer')) AS informed_direkte_personer,
    count(*) FILTER (list_contains(informed, 'ikke_noe')) AS informed_ikke_noe,
    count(*) FILTER (list_contains(informed, 'direkte_tjenester')) AS informed_direkte_tjenester,
    count(*) FILTER (list_contains(informed, 'lokal_media')) AS informed_lokal_media,
    count(*) FILTER (list_contains(informed, 'andre_måter')) AS informed_andre_måter,
    count(*) FILTER (len(other_missing) > 0) AS other_missing
FROM survey__answers
WHERE NOT discarded AND NOT superseded;
