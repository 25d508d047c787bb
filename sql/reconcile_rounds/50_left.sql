-- Each row is an event that the round leaves alone: without another on its level, or with one beyond the deadline.
CREATE OR REPLACE TABLE reconcile_rounds__left AS
WITH met AS (
    SELECT key, id, next_key, next_id FROM reconcile_rounds__neighbours WHERE next_key IS NOT NULL
    UNION ALL
    SELECT key, id, other_key, other_id FROM reconcile_rounds__brackets WHERE key & 1 = 0 AND other_key IS NOT NULL
),
-- What closes within the deadline of its opening is in time, unless it opened at an acknowledgement, which may be late.
doubtful AS (
    SELECT met.*, place.by_acknowledgement
    FROM met
    JOIN reconcile_rounds__places AS place ON place.class_no = met.id & 1048575
    WHERE place.by_acknowledgement OR next_key - key > 2 * $deadline_ms + 1
),
refused AS (
    SELECT doubtful.key, doubtful.id, doubtful.next_key, doubtful.next_id
    FROM doubtful
    JOIN reconcile_rounds__lines AS line ON line.class_no = doubtful.next_id & 1048575
    JOIN reconcile__open_messages AS message
      ON message.message_no = doubtful.id >> 20 AND message.class_no = doubtful.id & 1048575
    WHERE (doubtful.next_key & 17592186044415) // 2 - line.margin_ms > message.open_later_ms + $deadline_ms
)
SELECT key, id FROM reconcile_rounds__brackets WHERE other_key IS NULL
UNION ALL
SELECT key, id FROM refused
UNION ALL
SELECT next_key, next_id FROM refused;
