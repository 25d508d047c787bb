-- Each row is one row of the portal's log that makes the extract incomplete, with the reason and where it stands.
CREATE OR REPLACE TABLE portal__problems AS
SELECT problem, source_file, source_row FROM portal__rows WHERE problem IS NOT NULL
UNION ALL
SELECT 'CONFLICTING_ID', arg_min(source_file, source_row), min(source_row)
FROM portal__rows
WHERE message_id IS NOT NULL
GROUP BY message_id
HAVING count(DISTINCT content) > 1
UNION ALL
-- An event that names no message or no time would vanish without a word, and a rejection with it.
SELECT 'INVALID_EVENT', source_file, source_row
FROM portal__history_csv
WHERE TRY_CAST(written_text(bekymringsmeldingId) AS UUID) IS NULL OR read_utc(tidspunkt) IS NULL
UNION ALL
SELECT 'UNREADABLE_ROW', source_file, source_row FROM portal__rejected
ORDER BY ALL;
