-- Each row is one message of the portal's log: a valid id once, the row with the latest acknowledgement where rows differ.
CREATE OR REPLACE TABLE portal__messages AS
SELECT message_id, recipient_id, org_id, sent_text, sent_utc, sent_later_utc, form_type, channel, acknowledged_utc,
       from_case_system, source_file, source_row
FROM portal__rows
WHERE message_id IS NOT NULL AND sent_utc IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY message_id ORDER BY acknowledged_utc DESC NULLS LAST, content DESC, source_file, source_row
) = 1
ORDER BY recipient_id, sent_utc, message_id;
