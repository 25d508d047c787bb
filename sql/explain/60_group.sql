-- Each row is a message among which the loss lies that the message asked for shares, with the probability that it is the lost one.
CREATE OR REPLACE TABLE explain__group AS
SELECT finding.message_id, finding.sent_at_utc, finding.outcome, finding.loss_probability, finding.upload_sha256, finding.file_row
FROM reconcile__findings AS finding
JOIN explain__message AS message ON message.candidate_group = finding.candidate_group
ORDER BY finding.loss_probability DESC, finding.sent_at_utc, finding.message_id;
