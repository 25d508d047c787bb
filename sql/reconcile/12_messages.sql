-- Each row is a message that a roster entry holds, with what the portal knows of it at as_of.
CREATE OR REPLACE TABLE reconcile__messages AS
WITH states AS (
    SELECT message_id,
           bool_or(state = 'SENDT_PRINT') AS sent_to_print,
           max(at_utc) FILTER (WHERE state = 'AVVIST_PRINT') AS print_rejected_utc,
           max(at_utc) FILTER (WHERE state = 'LEVERT') AS delivered_utc
    FROM portal__events
    WHERE at_utc < $as_of_utc
    GROUP BY message_id
)
SELECT
    row_number() OVER (ORDER BY period.entry_id, message.sent_utc, message.message_id) AS message_no,
    message.message_id,
    period.entry_id,
    message.recipient_id,
    message.sent_utc,
    message.sent_later_utc,
    message.form_type,
    message.channel,
    CASE WHEN message.acknowledged_utc < $as_of_utc THEN message.acknowledged_utc END AS acknowledged_utc,
    coalesce(message.acknowledged_utc < $as_of_utc
             AND message.acknowledged_utc <= message.sent_later_utc + $deadline, false) AS acknowledged_in_time,
    states.print_rejected_utc IS NOT NULL
        AND coalesce(states.delivered_utc < states.print_rejected_utc, true) AS print_rejected,
    message.channel = 'PRINT' OR coalesce(states.sent_to_print, false) AS printed,
    message.sent_utc + $deadline > $as_of_utc AS in_transit,
    required.entry_id IS NOT NULL AS required,
    message.source_file,
    message.source_row
FROM portal__messages AS message
JOIN roster__entry_recipients AS held ON held.recipient_id = message.recipient_id
JOIN roster__periods AS period
  ON period.entry_id = held.entry_id AND message.sent_utc >= period.from_utc AND message.sent_utc < period.to_utc
LEFT JOIN reconcile__required AS required
  ON required.entry_id = held.entry_id AND message.sent_utc >= required.from_utc AND message.sent_utc < required.to_utc
LEFT JOIN states ON states.message_id = message.message_id
ORDER BY message_no;
