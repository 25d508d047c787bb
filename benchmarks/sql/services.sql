-- Each row is a service with its place among the messages and its bucket.
CREATE TABLE services AS
WITH weighed AS (SELECT no, pow(200.0, (hash(no) % 10000) / 10000.0) AS weight FROM range($services) AS t(no)),
placed AS (
    SELECT no, sum(weight) OVER (ORDER BY no) / sum(weight) OVER () AS upper, weight / sum(weight) OVER () AS share FROM weighed
)
SELECT no, format('{:04d}', no) AS entry_id, round((upper - share) * $rows)::BIGINT AS first, round(upper * $rows)::BIGINT AS last,
       least($buckets - 1, floor((upper - share / 2) * $buckets))::BIGINT AS bucket
FROM placed;
