-- No row yet: the synthetic messages are put in by the drill.
CREATE OR REPLACE TABLE drill_synthetic__portal__messages (
    message_id UUID, recipient_id UUID, org_id VARCHAR, sent_text VARCHAR, sent_utc TIMESTAMP, sent_later_utc TIMESTAMP,
    form_type VARCHAR, channel VARCHAR, acknowledged_utc TIMESTAMP, from_case_system BOOLEAN, source_file VARCHAR, source_row BIGINT
);
