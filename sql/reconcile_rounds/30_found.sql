-- Each row is a pair that this round found: a message and the registration that closes it within the deadline.
CREATE OR REPLACE TABLE reconcile_rounds__found AS
SELECT bracket.id AS message_no, bracket.next_id AS row_no, bracket.source, $level::BIGINT AS level, bracket.group_key,
       bracket.k // 2 AS reference_ms, bracket.next_k // 2 AS received_ms, row.resolution_s, $superseded::BOOLEAN AS superseded
FROM reconcile_rounds__brackets AS bracket
JOIN reconcile__time_rows AS row ON row.row_no = bracket.next_id
JOIN reconcile__candidates AS message ON message.message_no = bracket.id
WHERE bracket.k % 2 = 0 AND bracket.next_k % 2 = 1
  AND bracket.next_k // 2 <= epoch_ms(message.sent_later_utc + $deadline + row.margin);
