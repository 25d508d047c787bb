-- Each row is a stretch of time for which a later upload replaces an earlier one of the same source, for a roster entry both speak for.
CREATE OR REPLACE TABLE reconcile__supersedes AS
SELECT
    earlier.upload_id AS earlier_id, later.upload_id AS later_id, later.arrival AS later_arrival, mine.entry_id,
    greatest(earlier.from_utc, later.from_utc) AS from_utc,
    least(earlier.to_utc, later.to_utc) AS to_utc
FROM reconcile__uploads AS earlier
JOIN reconcile__answers AS mine ON mine.upload_id = earlier.upload_id AND mine.speaks
JOIN reconcile__answers AS theirs ON theirs.entry_id = mine.entry_id AND theirs.speaks
JOIN reconcile__uploads AS later
  ON later.upload_id = theirs.upload_id AND later.source = earlier.source AND later.arrival > earlier.arrival
-- greatest() and least() leave a NULL out, so that both periods are asked for first.
WHERE earlier.from_utc < earlier.to_utc AND later.from_utc < later.to_utc
  AND greatest(earlier.from_utc, later.from_utc) < least(earlier.to_utc, later.to_utc)
ORDER BY earlier_id, later_arrival, entry_id;
