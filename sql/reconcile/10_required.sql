-- Each row is a stretch of a roster entry's required period: its own time, until its end or as_of minus the freshness.
CREATE OR REPLACE TABLE reconcile__required AS
SELECT entry_id, from_utc, least(to_utc, $fresh_utc) AS to_utc
FROM roster__periods
WHERE from_utc < least(to_utc, $fresh_utc)
ORDER BY entry_id, from_utc;
