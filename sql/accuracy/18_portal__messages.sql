-- Each row is a synthetic message.
CREATE OR REPLACE TABLE accuracy__portal__messages AS
SELECT message_id::UUID AS message_id, md5(entry)::UUID AS recipient_id, NULL::VARCHAR AS org_id, '' AS sent_text, sent AS sent_utc,
       sent AS sent_later_utc, form_type, channel, acknowledged AS acknowledged_utc, false AS from_case_system,
       'synthetic' AS source_file, row_number() OVER () AS source_row
FROM accuracy__messages;
