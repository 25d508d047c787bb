-- Each row is a message that no registration of one source answers yet, with the times it may open at; each round takes away those it answered.
CREATE OR REPLACE TABLE reconcile__open_messages AS
SELECT message.message_no, class.class_no, epoch_ms(message.sent_utc) AS open_ms, epoch_ms(message.sent_later_utc) AS open_later_ms,
       epoch_ms(message.acknowledged_utc) AS acknowledged_ms
FROM reconcile__candidates AS message
JOIN reconcile__message_classes AS class
  ON class.entry_id = message.entry_id AND class.channel = message.channel AND class.form_type = message.form_type;
