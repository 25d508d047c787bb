-- Each row is a time line on which a message stood in a round; the rounds of matching fill it.
CREATE OR REPLACE TABLE reconcile__opened (message_no BIGINT, source VARCHAR, level BIGINT, group_key UBIGINT, reference_ms BIGINT);
