-- Each row is an event that has no neighbour, with the one that answers it or that it answers: messages and registrations pair like parentheses, the most recent open message first.
CREATE OR REPLACE TABLE reconcile_rounds__brackets AS
WITH beside AS (
    SELECT key, id, level, key >> 44 AS line_no, CASE key & 1 WHEN 0 THEN 1 ELSE 0 END AS opens,
           lag(struct_pack(line_no := key >> 44, level := level, key := key, id := id)) OVER () AS before,
           lead(struct_pack(line_no := key >> 44, level := level, key := key, id := id)) OVER () AS after
    FROM reconcile_rounds__levels
),
judged AS (
    SELECT key, id, CASE opens WHEN 1 THEN after ELSE before END AS other, line_no, level,
           before > struct_pack(line_no := line_no, level := level, key := key, id := id) AS out_of_order
    FROM beside
),
met AS (
    SELECT *, coalesce(other.line_no = line_no AND other.level = level AND (other.key & 1) + (key & 1) = 1, false) AS pairs FROM judged
)
SELECT key, id, CASE WHEN pairs THEN other.key END AS other_key, CASE WHEN pairs THEN other.id END AS other_id
FROM met
WHERE CASE WHEN out_of_order THEN error('the levels are not in order') ELSE true END;
