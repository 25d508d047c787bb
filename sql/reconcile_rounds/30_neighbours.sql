-- Each row is a message with the registration that follows it directly on its line, which answers it however the others nest, or an event without such a neighbour, left for the nesting.
CREATE OR REPLACE TABLE reconcile_rounds__neighbours AS
WITH beside AS (
    -- The events stand in their order, so that a neighbour is a step away and nothing is sorted again.
    SELECT key, id, lag(key) OVER () AS before_key, lag(id) OVER () AS before_id, lead(key) OVER () AS next_key, lead(id) OVER () AS next_id
    FROM reconcile_rounds__events
),
judged AS (
    SELECT *, CASE WHEN before_key > key OR (before_key = key AND before_id > id) THEN error('the events are not in order') END AS fault,
           key % 2 = 0 AND coalesce(next_key % 2 = 1 AND next_key >> 44 = key >> 44, false) AS followed,
           key % 2 = 1 AND coalesce(before_key % 2 = 0 AND before_key >> 44 = key >> 44, false) AS following
    FROM beside
)
SELECT key, id, CASE WHEN followed THEN next_key END AS next_key, CASE WHEN followed THEN next_id END AS next_id
FROM judged
WHERE fault IS NULL AND NOT following;
