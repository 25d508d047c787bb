-- Adds the round's pairs to those of the rounds before it.
INSERT INTO reconcile__pairs
WITH met AS (
    SELECT key, id, next_key, next_id FROM reconcile_rounds__neighbours WHERE next_key IS NOT NULL
    UNION ALL
    SELECT key, id, other_key, other_id FROM reconcile_rounds__brackets WHERE key & 1 = 0 AND other_key IS NOT NULL
)
SELECT met.id >> 20, met.next_id >> 20, line.source, $level::BIGINT, line.group_key,
       (met.key & 17592186044415) >> 1, (met.next_key & 17592186044415) >> 1, line.resolution_s, $superseded::BOOLEAN
FROM met
JOIN reconcile_rounds__lines AS line ON line.class_no = met.next_id & 1048575
ANTI JOIN (SELECT id FROM reconcile_rounds__left WHERE key & 1 = 0) AS alone ON alone.id = met.id;
