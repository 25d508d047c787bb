-- Each row is a message of one bucket, numbered in the order of service and time.
CREATE OR REPLACE TABLE messages AS
WITH numbered AS (
    SELECT entry_id, unnest(range(first, last)) AS no FROM services WHERE bucket = $bucket
),
placed AS (
    SELECT entry_id, no, hash(no) AS dice,
           -- One of eight is a sibling: sent within a quarter of an hour of the one before it.
           CASE WHEN hash(no) % 8 = 0 THEN hash(no - 1, 1) % $seconds + 40 + hash(no, 2) % 860 ELSE hash(no, 1) % $seconds END AS second
    FROM numbered
)
SELECT row_number() OVER (ORDER BY entry_id, second, no) + $before AS message_no,
       (md5_number(no::VARCHAR))::UUID AS message_id, entry_id, CASE WHEN dice % 3 = 0 THEN 'private' ELSE 'public' END AS form_type,
       TIMESTAMP '2020-09-30' + to_seconds(second) AS sent_utc, dice, no
FROM placed
ORDER BY message_no;
