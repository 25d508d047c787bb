-- Each row is an event of the round in the order of its time line: a message opens (even key), a registration closes (odd key); the key is the line's number times 2^44 plus twice the millisecond, the id a number times 2^20 plus its class.
CREATE OR REPLACE TABLE reconcile_rounds__events AS
WITH opening AS (
    SELECT place.line_no, (message.message_no << 20) + message.class_no AS id,
           CASE WHEN place.by_acknowledgement THEN coalesce(message.acknowledged_ms, message.open_ms)
                WHEN $later THEN message.open_later_ms ELSE message.open_ms END AS at_ms
    FROM reconcile__open_messages AS message
    JOIN reconcile_rounds__places AS place ON place.class_no = message.class_no
    -- Only superseded rows ask what the live ones answered; a condition would read every pair in the other rounds too.
    ANTI JOIN (SELECT message_no FROM reconcile__pairs WHERE $superseded) AS answered ON answered.message_no = message.message_no
),
closing AS (
    SELECT line.line_no, (row.row_no << 20) + row.class_no AS id, CASE WHEN $later THEN row.close_later_ms ELSE row.close_ms END AS at_ms
    FROM reconcile__open_rows AS row
    JOIN reconcile_rounds__lines AS line ON line.class_no = row.class_no
),
keyed AS (
    -- Times outside 1970 to 2248 would run into the line's number; held at the ends they answer nothing that was sent.
    SELECT (line_no << 44) + 2 * least(greatest(at_ms, 0), 8796093022206) AS key, id FROM opening
    UNION ALL
    SELECT (line_no << 44) + 2 * least(greatest(at_ms, 0), 8796093022206) + 1, id FROM closing
)
SELECT key, id FROM keyed ORDER BY key, id;
