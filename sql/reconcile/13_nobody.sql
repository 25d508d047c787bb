-- Each row is a recipient with messages that no roster entry holds, and whether the portal's list of recipients knows it.
CREATE OR REPLACE TABLE reconcile__nobody AS
SELECT message.recipient_id, count(*) AS messages, bool_or(known.recipient_id IS NOT NULL) AS known_recipient
FROM portal__messages AS message
LEFT JOIN roster__recipients AS known ON known.recipient_id = message.recipient_id
ANTI JOIN reconcile__messages AS held ON held.message_id = message.message_id
GROUP BY message.recipient_id
ORDER BY message.recipient_id;
