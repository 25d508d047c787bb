-- Each row is one file or row of the survey or the follow-up that could not be used as it stands, or needs a look; never its content.
CREATE OR REPLACE TABLE survey__problems AS
SELECT source_file, source_row, code FROM survey__unreadable
UNION ALL
SELECT source_file, source_row, 'TIME_UNREADABLE' FROM survey__rows WHERE read_utc(received_text) IS NULL
UNION ALL
SELECT source_file, source_row, 'AFTER_AS_OF' FROM survey__rows WHERE read_utc(received_text) > $as_of_utc
UNION ALL
SELECT r.source_file, r.source_row, 'REPEATED_ID'
FROM survey__rows AS r
ANTI JOIN survey__answers AS a ON a.source_file = r.source_file AND a.source_row = r.source_row
WHERE read_utc(r.received_text) <= $as_of_utc
UNION ALL
-- A service that the registry lacks: whoever is meant by it has not been answered for.
SELECT DISTINCT a.source_file, a.source_row, 'SERVICE_UNKNOWN'
FROM survey__spoken_for AS s
JOIN survey__answers AS a USING (answer_id)
ANTI JOIN roster__services AS k ON k.service_id = s.service_id
UNION ALL
SELECT source_file, source_row, 'DATE_UNREADABLE' FROM followup__rows WHERE read_utc(date_text) IS NULL
UNION ALL
SELECT source_file, source_row, 'AFTER_AS_OF' FROM followup__rows WHERE read_utc(date_text) > $as_of_utc
ORDER BY ALL;
