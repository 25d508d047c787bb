-- Each row is a time line on which a message stood in a round that left it without an answer; the rounds of matching fill it.
CREATE OR REPLACE TABLE reconcile__left_open (message_no BIGINT, source VARCHAR, level BIGINT, group_key UBIGINT, reference_ms BIGINT);
