-- Each row is one roster entry's messages that the portal would have deleted by now, with what they are kept for.
CREATE OR REPLACE TABLE overview__kept_beyond AS
WITH due AS (
    SELECT
        f.entry_id, f.sent_at_utc,
        f.sent_at_utc
        + CASE WHEN f.sent_at_utc >= $kept_longer_from_utc THEN INTERVAL 30 DAY ELSE INTERVAL 14 DAY END AS due_utc
    FROM reconcile__findings AS f
    LEFT JOIN overview__clearance AS c ON c.message_id = f.message_id
    WHERE c.clearance IS DISTINCT FROM 'delete'
),
entries AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        count(r.entry_id) FILTER (r.met IS TRUE) IS DISTINCT FROM len($requirements::VARCHAR[]) AS is_blocking
    FROM roster__entries AS e
    LEFT JOIN verification__requirements AS r USING (entry_id)
    GROUP BY ALL
)
SELECT
    e.entry_id, e.municipality_no, e.district_no,
    CASE WHEN $decision::VARCHAR = 'RELEASE' THEN 'ITS_OUTCOME'
         WHEN e.is_blocking THEN 'OWN_REQUIREMENTS'
         WHEN (SELECT bool_or(is_blocking) FROM entries) THEN 'OTHERS'
         ELSE 'NATIONAL' END AS because,
    count(*) AS messages,
    min(d.sent_at_utc) AS oldest_sent_at_utc,
    CAST(sum(date_diff('day', d.due_utc, $as_of_utc::TIMESTAMP)) AS BIGINT) AS message_days
FROM due AS d
JOIN entries AS e USING (entry_id)
WHERE d.due_utc <= $as_of_utc
GROUP BY ALL;
