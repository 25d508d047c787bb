-- Adds the time lines on which a message stood, for those that the round left without an answer.
INSERT INTO reconcile__opened
SELECT bracket.id, bracket.source, $level::BIGINT, bracket.group_key, bracket.k // 2
FROM reconcile_rounds__brackets AS bracket
WHERE bracket.k % 2 = 0 AND NOT $superseded;
