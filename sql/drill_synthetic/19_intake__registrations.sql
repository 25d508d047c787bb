-- No row yet: the synthetic registrations are put in by the drill.
CREATE OR REPLACE TABLE drill_synthetic__intake__registrations (
    upload_sha256 VARCHAR, folder_no VARCHAR, file_row INTEGER, message_id UUID, received_local TIMESTAMP, received_utc TIMESTAMP,
    received_later_utc TIMESTAMP, resolution_s INTEGER, item_type VARCHAR, reporter VARCHAR, channel VARCHAR,
    municipality_no VARCHAR, district_no VARCHAR
);
