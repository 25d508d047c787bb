-- Each row is a message that still no registration of one source answers after the round: it was left alone, or not asked.
CREATE OR REPLACE TABLE reconcile__open_messages AS
SELECT message.*
FROM reconcile__open_messages AS message
SEMI JOIN (SELECT id FROM reconcile_rounds__left WHERE key & 1 = 0) AS alone
  ON alone.id = (message.message_no << 20) + message.class_no
UNION ALL
SELECT message.*
FROM reconcile__open_messages AS message
ANTI JOIN reconcile_rounds__places AS place ON place.class_no = message.class_no;
