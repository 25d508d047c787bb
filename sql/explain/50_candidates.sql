-- Each row is a registration that names the message, or that by the rules of time could answer it: same kind and channel, within the deadline; with the message that it does answer.
CREATE OR REPLACE TABLE explain__candidates AS
WITH possible AS (
    SELECT row.*, coalesce(row.message_id = message.message_id, false) AS names_it,
           coalesce(row.answers_id = message.message_id, false) AS chosen,
           ((epoch_ms(row.at_utc) - epoch_ms(message.sent_at_utc)) // 1000)::BIGINT AS possible_delay_s,
           message.candidate_group
    FROM explain__rows AS row
    CROSS JOIN explain__message AS message
    WHERE row.message_id = message.message_id
       OR coalesce(row.answers_id = message.message_id, false)
       OR (row.here AND row.item_type = 'concern' AND row.matched_by IS DISTINCT FROM 'id'
           AND (row.reporter IS NULL OR message.form_type = 'unknown' OR row.reporter = message.form_type)
           AND CASE row.channel WHEN 'portal' THEN message.channel IN ('FIKS_IO', 'SVARINN')
                                WHEN 'svarinn' THEN message.channel = 'SVARINN'
                                WHEN 'manual' THEN message.channel = 'MANUELL_MOTTAK' ELSE false END
           AND row.at_utc + row.margin >= message.sent_at_utc
           AND row.at_utc <= message.sent_later_utc + $deadline)
)
SELECT
    possible.file_name, possible.upload_sha256, possible.file_row, possible.at_utc, possible.possible_delay_s AS delay_s,
    possible.names_it, possible.chosen, possible.superseded, possible.answers_id, possible.answers_sent_utc,
    CASE WHEN other.candidate_group = possible.candidate_group THEN other.loss_probability END AS other_is_lost,
    count(*) OVER () AS candidates
FROM possible
LEFT JOIN reconcile__findings AS other ON other.message_id = possible.answers_id AND NOT possible.chosen
QUALIFY row_number() OVER (ORDER BY possible.chosen DESC, possible.names_it DESC, other_is_lost DESC NULLS LAST, possible.superseded, delay_s, possible.row_no) <= $shown
ORDER BY possible.chosen DESC, possible.names_it DESC, delay_s, possible.row_no;
