-- Each row is an exchange that spares a loss and a surplus registration at once: the unanswered message takes the registration of another, which takes the surplus one, where that is likelier than a loss and a repeat beside each other.
CREATE OR REPLACE TABLE reconcile__repairs AS
WITH rows AS (
    SELECT row_no, source, pool, channel, reporter, epoch_ms(at_utc + margin) AS received_ms,
           epoch_ms(margin) AS margin_ms, resolution_s
    FROM reconcile__time_rows WHERE NOT superseded AND resolution_s < 86400
),
answering AS (SELECT * FROM reconcile__pairs WHERE NOT superseded),
surplus AS (
    SELECT *, unnest([received_ms // 172800000 - 1, received_ms // 172800000]) AS bucket
    FROM rows ANTI JOIN answering ON answering.row_no = rows.row_no
),
unanswered AS (
    SELECT *, unnest([reference_ms // 172800000, reference_ms // 172800000 + 1]) AS bucket
    FROM (
        SELECT opened.message_no, opened.source, opened.level, opened.group_key, min(opened.reference_ms) AS reference_ms,
               message.entry_id, message.form_type, epoch_ms(message.sent_later_utc) AS sent_ms
        FROM reconcile__opened AS opened
        JOIN reconcile__candidates AS message ON message.message_no = opened.message_no
        ANTI JOIN answering ON answering.message_no = opened.message_no
        GROUP BY opened.message_no, opened.source, opened.level, opened.group_key, message.entry_id, message.form_type, sent_ms
    )
),
-- Only a registration that came late may be another's: what followed its message within minutes is left alone.
between_them AS (
    SELECT pair.message_no, pair.row_no, pair.source, pair.level, pair.group_key, pair.reference_ms, pair.received_ms,
           rows.pool, rows.channel, rows.reporter, rows.margin_ms, message.entry_id, epoch_ms(message.sent_later_utc) AS sent_ms
    FROM answering AS pair
    JOIN rows ON rows.row_no = pair.row_no
    JOIN reconcile__candidates AS message ON message.message_no = pair.message_no
    WHERE pair.received_ms - pair.reference_ms > 300000
),
possible AS (
    SELECT lost.message_no AS lost_no, lost.reference_ms AS lost_ms, lost.entry_id AS lost_entry, pair.message_no, pair.row_no,
           pair.entry_id, pair.source, pair.level, pair.group_key, pair.reference_ms, pair.received_ms,
           surplus.row_no AS surplus_no, surplus.received_ms AS surplus_ms, surplus.resolution_s
    FROM surplus
    JOIN between_them AS pair
      ON pair.source = surplus.source AND pair.pool = surplus.pool AND pair.channel = surplus.channel
     AND pair.reporter IS NOT DISTINCT FROM surplus.reporter AND pair.reference_ms // 172800000 = surplus.bucket
     AND pair.reference_ms < surplus.received_ms AND surplus.received_ms <= pair.sent_ms + $deadline_ms + surplus.margin_ms
    JOIN unanswered AS lost
      ON lost.source = pair.source AND lost.level = pair.level AND lost.group_key = pair.group_key
     AND pair.received_ms // 172800000 = lost.bucket
     AND lost.reference_ms < pair.received_ms AND pair.received_ms <= lost.sent_ms + $deadline_ms + pair.margin_ms
     AND (pair.reporter IS NULL OR lost.form_type = 'unknown' OR lost.form_type = pair.reporter)
),
weighed AS (
    SELECT possible.*, taken.density * moved.density / left_by.density AS likelihood
    FROM possible
    JOIN reconcile__delays AS taken
      ON taken.entry_id = possible.lost_entry AND taken.bin = delay_bin(possible.received_ms - possible.lost_ms)
    JOIN reconcile__delays AS moved
      ON moved.entry_id = possible.entry_id AND moved.bin = delay_bin(possible.surplus_ms - possible.reference_ms)
    JOIN reconcile__delays AS left_by
      ON left_by.entry_id = possible.entry_id AND left_by.bin = delay_bin(possible.received_ms - possible.reference_ms)
)
-- A loss and a repeated registration, each about two in a thousand, with the repeat some ten minutes after the first.
SELECT lost_no, lost_ms, row_no, message_no, surplus_no, surplus_ms, source, level, group_key, reference_ms, received_ms, resolution_s
FROM weighed
WHERE likelihood >= 3e-10
QUALIFY row_number() OVER (PARTITION BY lost_no ORDER BY likelihood DESC, row_no, surplus_no) = 1
    AND row_number() OVER (PARTITION BY row_no ORDER BY likelihood DESC, lost_no, surplus_no) = 1
    AND row_number() OVER (PARTITION BY surplus_no ORDER BY likelihood DESC, lost_no, row_no) = 1
ORDER BY lost_no;
