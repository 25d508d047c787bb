-- Each row is an event without a neighbour, in the order of its line and then of its nesting level: what a message opens on a level, the next registration on that level closes.
CREATE OR REPLACE TABLE reconcile_rounds__levels AS
WITH balanced AS (
    -- What the neighbours left stands in the order of the lines, and a line's levels differ from another's by its number.
    SELECT key, id, lag(struct_pack(key := key, id := id)) OVER () AS before, sum(1 - 2 * (key & 1)) OVER (ROWS UNBOUNDED PRECEDING) AS balance
    FROM reconcile_rounds__neighbours
    WHERE next_key IS NULL
)
SELECT key, id, (balance + (key & 1))::BIGINT AS level
FROM balanced
WHERE CASE WHEN before > struct_pack(key := key, id := id) THEN error('the events are not in order') ELSE true END
ORDER BY key >> 44, level, key, id;
