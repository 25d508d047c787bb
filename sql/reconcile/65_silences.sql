-- Each row is a silent stretch: five or more consecutive messages without registration and no row between, from the row before to the row after.
CREATE OR REPLACE TABLE reconcile__silences AS
WITH silent AS (
    SELECT run.entry_id, declared.from_utc AS declared_from_utc, declared.to_utc AS declared_to_utc,
           coalesce(run.last_life_utc, declared.from_utc) AS from_utc, coalesce(run.next_life_utc, declared.to_utc) AS to_utc, run.messages
    FROM reconcile__runs AS run
    JOIN reconcile__declared AS declared ON declared.entry_id = run.entry_id AND declared.stretch = run.stretch
    WHERE run.messages >= 5
      AND NOT (run.lives_before = 0 AND run.registered_before = 0)
      AND NOT (run.next_life_utc IS NULL AND run.registered_after = 0)
)
SELECT silent.entry_id, silent.from_utc, silent.to_utc, silent.messages,
       list(DISTINCT upload.sha256 ORDER BY upload.sha256) AS upload_sha256s
FROM silent
JOIN reconcile__proof AS proof
  ON proof.entry_id = silent.entry_id AND proof.from_utc < silent.to_utc AND proof.to_utc > silent.from_utc
JOIN reconcile__uploads AS upload ON upload.upload_id = proof.upload_id
GROUP BY ALL
ORDER BY silent.entry_id, silent.from_utc;
