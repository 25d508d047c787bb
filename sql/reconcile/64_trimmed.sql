-- Each row is a declared stretch cut back to the log's own rows where three or more messages at an end have no registration and the log no row beyond them.
CREATE OR REPLACE TABLE reconcile__trimmed AS
WITH beginnings AS (
    SELECT entry_id, stretch, next_life_utc FROM reconcile__runs
    WHERE lives_before = 0 AND registered_before = 0 AND messages >= 3
),
endings AS (
    SELECT entry_id, stretch, last_life_utc FROM reconcile__runs
    WHERE next_life_utc IS NULL AND registered_after = 0 AND messages >= 3
)
SELECT declared.entry_id, declared.stretch,
       CASE WHEN beginnings.entry_id IS NULL THEN declared.from_utc ELSE beginnings.next_life_utc END AS from_utc,
       CASE WHEN endings.entry_id IS NULL THEN declared.to_utc ELSE endings.last_life_utc END AS to_utc,
       beginnings.entry_id IS NOT NULL AS cut_at_beginning,
       endings.entry_id IS NOT NULL AS cut_at_end
FROM reconcile__declared AS declared
LEFT JOIN beginnings ON beginnings.entry_id = declared.entry_id AND beginnings.stretch = declared.stretch
LEFT JOIN endings ON endings.entry_id = declared.entry_id AND endings.stretch = declared.stretch
ORDER BY declared.entry_id, declared.stretch;
