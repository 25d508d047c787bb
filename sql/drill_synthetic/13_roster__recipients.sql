-- The one row is the synthetic recipient.
CREATE OR REPLACE TABLE drill_synthetic__roster__recipients AS
SELECT $recipient::UUID AS recipient_id, $no AS municipality_no, $no AS canonical_no, '' AS district_no;
