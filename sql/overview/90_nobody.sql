-- The one row counts the messages that no roster entry holds, and the recipients among them that the recipients' file lacks.
CREATE OR REPLACE TABLE overview__nobody AS
SELECT
    coalesce(sum(messages), 0)::BIGINT AS messages,
    count(*) AS recipients,
    count(*) FILTER (known_recipient IS DISTINCT FROM TRUE) AS unknown_recipients
FROM reconcile__nobody;
