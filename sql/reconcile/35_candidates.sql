-- Each row is a message that a registration may still answer by time: not named by id, not printed, not rejected.
CREATE OR REPLACE TABLE reconcile__candidates AS
SELECT message.message_no, message.entry_id, message.channel, message.form_type, message.sent_utc, message.sent_later_utc,
       message.acknowledged_utc
FROM reconcile__messages AS message
ANTI JOIN (SELECT message_no FROM reconcile__matches_by_id WHERE NOT superseded) AS named ON named.message_no = message.message_no
WHERE NOT message.printed AND NOT message.print_rejected
ORDER BY message.message_no;
