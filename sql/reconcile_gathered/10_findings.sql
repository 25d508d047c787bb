-- Each row is a finding, with the registration of another bucket that answers its message where one does.
CREATE OR REPLACE TABLE reconcile_gathered__findings AS
SELECT found.* REPLACE (
    CASE WHEN visit.message_no IS NULL THEN found.upload_sha256 ELSE visit.upload_sha256 END AS upload_sha256,
    CASE WHEN visit.message_no IS NULL THEN found.file_row ELSE visit.file_row END AS file_row,
    CASE WHEN visit.message_no IS NULL THEN found.received_utc ELSE visit.at_utc END AS received_utc,
    CASE WHEN visit.message_no IS NULL THEN found.delay_s
         ELSE ((epoch_ms(visit.at_utc) - epoch_ms(found.sent_at_utc)) // 1000)::BIGINT END AS delay_s
)
FROM reconcile__parts_of_findings AS found
LEFT JOIN reconcile__visits AS visit ON visit.message_no = found.message_no
ORDER BY found.message_no;
