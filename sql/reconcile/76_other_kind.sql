-- Each row is a lost message and a surplus registration within its deadline that only the kind keeps from answering it, so that the systems may mean the same message by two kinds.
CREATE OR REPLACE TABLE reconcile__other_kind AS
WITH surplus AS (
    SELECT surplus.row_no, surplus.source, surplus.received_ms, surplus.reporter, row.channel, unnest(surplus.entries) AS entry_id
    FROM reconcile__surplus AS surplus
    JOIN reconcile__time_rows AS row ON row.row_no = surplus.row_no
    WHERE surplus.reporter IS NOT NULL
)
SELECT missing.message_no, missing.entry_id, surplus.row_no, surplus.received_ms - epoch_ms(message.sent_utc) AS delay_ms
FROM reconcile__missing AS missing
JOIN reconcile__messages AS message ON message.message_no = missing.message_no
JOIN surplus
  ON surplus.entry_id = missing.entry_id AND surplus.reporter IS DISTINCT FROM message.form_type
 AND CASE surplus.channel WHEN 'portal' THEN message.channel IN ('FIKS_IO', 'SVARINN')
          WHEN 'svarinn' THEN message.channel = 'SVARINN' ELSE message.channel = 'MANUELL_MOTTAK' END
 AND surplus.received_ms > epoch_ms(message.sent_utc)
 AND surplus.received_ms <= epoch_ms(message.sent_later_utc + $deadline)
WHERE missing.cause = 'lost' AND message.form_type IS DISTINCT FROM 'unknown'
ORDER BY missing.message_no, surplus.row_no;
