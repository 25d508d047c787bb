-- Each row is a registration of one bucket's messages: most of them, some twice, and some that no message has.
CREATE OR REPLACE TABLE registrations AS
WITH drawn AS (
    SELECT *, (hash(no, 3) % 100000 + 1) / 100001.0 AS u, (hash(no, 4) % 100000 + 1) / 100001.0 AS v, hash(no, 5) % 1000 AS lot,
           hash(no, 6) % 100 AS slowness
    FROM messages
),
delayed AS (
    SELECT *, least(143000, CASE WHEN slowness = 0 THEN 28800 * exp(0.9 * normal) WHEN slowness < 6 THEN 1200 * exp(1.2 * normal)
                                 ELSE 20 * exp(0.8 * normal) END)::BIGINT AS delay
    FROM (SELECT *, sqrt(-2 * ln(u)) * cos(2 * pi() * v) AS normal FROM drawn)
),
kept AS (
    SELECT entry_id, message_id, form_type, sent_utc + to_seconds(delay) AS received_utc FROM delayed WHERE lot >= 2
    UNION ALL
    SELECT entry_id, message_id, form_type, sent_utc + to_seconds(delay + 60 + hash(no, 7) % 3000) FROM delayed WHERE lot IN (10, 11, 12)
    UNION ALL
    SELECT entry_id, md5_number('other ' || no)::UUID, form_type, sent_utc + to_seconds(hash(no, 8) % 3000) FROM delayed WHERE lot = 20
)
SELECT row_number() OVER (ORDER BY entry_id, received_utc, message_id) + $before AS row_no, message_id, entry_id, form_type AS reporter,
       received_utc
FROM kept
ORDER BY row_no;
