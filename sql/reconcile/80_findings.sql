-- Each row is a message of the roster's entries with its outcome and the evidence it stands on.
CREATE OR REPLACE TABLE reconcile__findings AS
SELECT
    message.message_id,
    entry.municipality_no,
    entry.district_no,
    entry.service_id,
    message.sent_utc AS sent_at_utc,
    message.form_type,
    CASE WHEN standing.standing IS DISTINCT FROM 'missing' THEN standing.standing
         WHEN missing.cause = 'lost' THEN 'lost' ELSE 'unknown' END AS outcome,
    CASE WHEN standing.standing = 'registered' THEN standing.matched_by END AS matched_by,
    named.candidate_group,
    CASE WHEN named.candidate_group IS NOT NULL THEN grouped.probability
         WHEN missing.cause = 'lost' THEN 1.0 ELSE 0.0 END::DOUBLE AS loss_probability,
    message.message_no,
    message.entry_id,
    message.recipient_id,
    message.channel,
    message.acknowledged_utc,
    EXISTS (FROM reconcile__coverage AS covered
            WHERE covered.entry_id = message.entry_id
              AND message.sent_utc >= covered.from_utc AND message.sent_utc < covered.to_utc) AS covered,
    message.required,
    row.upload_sha256,
    row.file_row,
    timed.at_utc AS received_utc,
    ((epoch_ms(timed.at_utc) - epoch_ms(message.sent_utc)) // 1000)::BIGINT AS delay_s,
    standing.elsewhere AS matched_elsewhere,
    CASE WHEN missing.cause = 'lost' AND missing.message_no IN (SELECT message_no FROM reconcile__other_kind) THEN 'other_kind'
         ELSE missing.cause END AS cause
FROM reconcile__messages AS message
JOIN roster__entries AS entry ON entry.entry_id = message.entry_id
JOIN reconcile__standing AS standing ON standing.message_no = message.message_no
LEFT JOIN reconcile__missing AS missing ON missing.message_no = message.message_no
LEFT JOIN reconcile__groups AS grouped ON grouped.message_no = message.message_no
LEFT JOIN reconcile__group_names AS named ON named.component = grouped.component
LEFT JOIN reconcile__registrations AS row
  ON row.row_no = standing.row_no AND standing.standing = 'registered'
LEFT JOIN reconcile__rows_in_time AS timed ON timed.row_no = row.row_no
ORDER BY message.message_no;
