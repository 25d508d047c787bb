-- Each row is one roster entry's messages of one Norwegian calendar month, counted by outcome; months without messages have no row.
CREATE OR REPLACE TABLE overview__months AS
SELECT
    entry_id,
    date_trunc('month', (sent_at_utc AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/Oslo')::DATE AS month,
    count(*) AS sent,
    count(*) FILTER (outcome = 'registered') AS registered,
    count(*) FILTER (outcome = 'printed') AS printed,
    count(*) FILTER (outcome = 'not_delivered') AS not_delivered,
    count(*) FILTER (outcome = 'in_transit') AS in_transit,
    count(*) FILTER (outcome = 'lost') AS lost,
    count(*) FILTER (outcome = 'unknown') AS unknown
FROM reconcile__findings
GROUP BY ALL
ORDER BY entry_id, month;
