-- The one row is the synthetic municipality's recipient.
CREATE OR REPLACE TABLE drill_synthetic__roster__entry_recipients AS SELECT $no AS entry_id, $recipient::UUID AS recipient_id;
