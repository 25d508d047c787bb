-- Each row is a message with the registration that follows it directly on its line, which answers it however the others nest, or an event without such a neighbour, left for the nesting.
CREATE OR REPLACE TABLE reconcile_rounds__neighbours AS
WITH beside AS (
    -- The events stand in their order, so that a neighbour is a step away and nothing is sorted again; -1 is on no line.
    SELECT key, id, lag(key, 1, -1) OVER () AS before_key, lead(key, 1, -1) OVER () AS next_key, lead(id) OVER () AS next_id
    FROM reconcile_rounds__events
),
judged AS (
    -- Two keys of one line differ in the lower 44 bits only, and those of a message and a registration in the last.
    SELECT *, key & 1 = 0 AND (xor(key, next_key) & -17592186044415) = 1 AS followed,
           key & 1 = 1 AND (xor(key, before_key) & -17592186044415) = 1 AS following
    FROM beside
)
SELECT key, id, CASE WHEN followed THEN next_key END AS next_key, CASE WHEN followed THEN next_id END AS next_id
FROM judged
WHERE NOT following AND CASE WHEN before_key <= key THEN true ELSE error('the events are not in order') END;
