-- Each row is a sign of life of a log in a declared stretch: a row of any type, channel or member, of the files that speak for the entry.
CREATE OR REPLACE TABLE reconcile__life AS
SELECT declared.entry_id, declared.stretch, row.life_utc AS at_utc
FROM reconcile__declared AS declared
JOIN reconcile__answers AS spoken ON spoken.entry_id = declared.entry_id AND spoken.speaks
JOIN reconcile__rows_in_time AS row
  ON row.upload_id = spoken.upload_id AND NOT row.superseded
 AND row.life_utc >= declared.from_utc AND row.life_utc < declared.to_utc
ORDER BY declared.entry_id, declared.stretch, row.life_utc;
