-- Each row is a message answered by a registration through time; the rounds of matching fill it.
CREATE OR REPLACE TABLE reconcile__pairs (
    message_no BIGINT, row_no BIGINT, source VARCHAR, level BIGINT, group_key UBIGINT, reference_ms BIGINT, received_ms BIGINT,
    resolution_s INTEGER, superseded BOOLEAN
);
