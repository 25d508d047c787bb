-- Each row is a synthetic entry's recipient.
CREATE OR REPLACE TABLE accuracy__roster__entry_recipients AS SELECT entry AS entry_id, md5(entry)::UUID AS recipient_id FROM accuracy__uploads;
