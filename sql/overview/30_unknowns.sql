-- Each row is one cause for which messages of the required period have an unknown outcome, and how many messages and entries it touches.
CREATE OR REPLACE TABLE overview__unknowns AS
SELECT coalesce(cause, 'unstated') AS cause, count(*) AS messages, count(DISTINCT entry_id) AS entries
FROM reconcile__findings
WHERE outcome = 'unknown' AND required
GROUP BY ALL
ORDER BY messages DESC, cause;
