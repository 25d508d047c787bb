-- Each row is a message with its standing before coverage is asked: the first that fits of the contract's list, or missing.
CREATE OR REPLACE TABLE reconcile__standing AS
SELECT
    message.message_no, message.entry_id, message.sent_utc, message.sent_later_utc, message.required,
    answered.matched_by, answered.row_no, answered.elsewhere, answered.only_superseded,
    CASE WHEN answered.matched_by = 'id' THEN 'registered'
         WHEN message.print_rejected THEN 'not_delivered'
         WHEN message.printed THEN 'printed'
         WHEN answered.matched_by = 'time' THEN 'registered'
         WHEN message.in_transit THEN 'in_transit'
         WHEN NOT message.acknowledged_in_time THEN 'not_delivered'
         ELSE 'missing' END AS standing
FROM reconcile__messages AS message
JOIN reconcile__answered AS answered ON answered.message_no = message.message_no
ORDER BY message.message_no;
