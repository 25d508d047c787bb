-- No row: the synthetic messages have no events.
CREATE OR REPLACE TABLE accuracy__portal__events AS
SELECT NULL::UUID AS message_id, NULL::TIMESTAMP AS at_utc, NULL::VARCHAR AS event_type, NULL::VARCHAR AS state,
       NULL::VARCHAR AS account, false AS description_present
WHERE false;
