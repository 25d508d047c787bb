-- The one row is the message asked for, with its place, what the portal knows of it and the outcome it was given; no row where no roster entry holds it.
CREATE OR REPLACE TABLE explain__message AS
SELECT
    finding.message_id, finding.entry_id, entry.municipality_no, entry.district_no, entry.name, entry.district_name,
    finding.service_id, finding.recipient_id, finding.sent_at_utc, message.sent_later_utc, message.sent_text,
    finding.form_type, finding.channel, finding.acknowledged_utc, message.source_file, message.source_row,
    finding.outcome, finding.matched_by, finding.matched_elsewhere, finding.cause, finding.candidate_group,
    finding.loss_probability, finding.covered, finding.required, finding.upload_sha256, finding.file_row,
    finding.received_utc, finding.delay_s,
    bounds.lost AS place_lost, bounds.lost_low AS place_lost_low, bounds.lost_high AS place_lost_high,
    EXISTS (FROM portal__events AS event
            WHERE event.message_id = finding.message_id AND event.state = 'AVVIST_PRINT' AND event.at_utc < $as_of_utc) AS print_rejected
FROM reconcile__findings AS finding
JOIN roster__entries AS entry ON entry.entry_id = finding.entry_id
JOIN reconcile__entries AS bounds ON bounds.entry_id = finding.entry_id
JOIN portal__messages AS message ON message.message_id = finding.message_id
WHERE finding.message_id = $message_id;
