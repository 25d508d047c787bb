-- Adds the time lines on which a message stood and got no answer in the round.
INSERT INTO reconcile__left_open
SELECT alone.id >> 20, line.source, $level::BIGINT, line.group_key, (alone.key & 17592186044415) // 2
FROM reconcile_rounds__left AS alone
JOIN (SELECT DISTINCT line_no, source, group_key FROM reconcile_rounds__lines) AS line ON line.line_no = alone.key >> 44
WHERE alone.key & 1 = 0 AND NOT $superseded;
