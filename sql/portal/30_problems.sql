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
SELECT 'UNREADABLE_ROW', source_file, source_row FROM portal__rejected
ORDER BY ALL;
