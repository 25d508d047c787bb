-- Each row is a synthetic registration.
CREATE OR REPLACE TABLE accuracy__intake__registrations AS
SELECT entry AS upload_sha256, entry AS folder_no, (row_number() OVER ())::INTEGER AS file_row, message_id::UUID AS message_id, local AS received_local,
       oslo_utc(local) AS received_utc, oslo_utc_later(local) AS received_later_utc, resolution_s, 'concern' AS item_type, reporter,
       'portal' AS channel, NULL::VARCHAR AS municipality_no, NULL::VARCHAR AS district_no
FROM accuracy__rows;
