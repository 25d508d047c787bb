-- Each row is a roster entry whose log can carry a drill: proven coverage, no refused rows, registrations all by id or all by a time of day on a clock that is known, files that speak for it alone and replace none.
CREATE OR REPLACE TABLE drill__orderly AS
WITH alone AS (
    SELECT spoken.entry_id, bool_and(spoken.speaks AND others.entries = 1) AS alone, sum(upload.rows_rejected) AS rejected
    FROM reconcile__answers AS spoken
    JOIN intake__uploads AS upload ON upload.folder_no || '/' || upload.sha256 = spoken.upload_id
    JOIN (SELECT upload_id, count(*) AS entries FROM reconcile__answers GROUP BY upload_id) AS others ON others.upload_id = spoken.upload_id
    GROUP BY spoken.entry_id
),
matched AS (
    SELECT entry_id, count(DISTINCT matched_by) AS ways, min(matched_by) AS way, count(*) AS registered
    FROM reconcile__findings WHERE outcome = 'registered' AND covered AND NOT matched_elsewhere
    GROUP BY entry_id
),
-- Which of a day's messages a date alone answers is anybody's guess, and so is which is lost without it.
dated AS (
    SELECT DISTINCT spoken.entry_id
    FROM reconcile__answers AS spoken
    JOIN intake__registrations AS row ON row.folder_no || '/' || row.upload_sha256 = spoken.upload_id AND row.resolution_s >= 86400
)
SELECT entry.entry_id, matched.way, matched.registered
FROM reconcile__entries AS entry
JOIN alone ON alone.entry_id = entry.entry_id AND alone.alone AND alone.rejected = 0
JOIN matched ON matched.entry_id = entry.entry_id AND matched.ways = 1
ANTI JOIN reconcile__supersedes AS replaced ON replaced.entry_id = entry.entry_id
ANTI JOIN dated ON dated.entry_id = entry.entry_id AND matched.way = 'time'
-- One row less may tip the reading of a clock that is not identified, and with it the answers to all the others.
WHERE entry.coverage_share > 0 AND (matched.way = 'id' OR entry.clock_offset_s IS NOT NULL)
ORDER BY entry.entry_id;
