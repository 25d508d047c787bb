-- Each row is a run of consecutive messages without registration, between which the log has no row, within a declared stretch.
CREATE OR REPLACE TABLE reconcile__runs AS
WITH line AS (
    SELECT declared.entry_id, declared.stretch, standing.sent_utc AS at_utc, 0 AS lives,
           (standing.standing = 'registered')::INTEGER AS registered, (standing.standing = 'missing')::INTEGER AS missing
    FROM reconcile__declared AS declared
    JOIN reconcile__standing AS standing
      ON standing.entry_id = declared.entry_id AND standing.sent_utc >= declared.from_utc AND standing.sent_utc < declared.to_utc
    WHERE standing.standing IN ('registered', 'missing')
    UNION ALL
    SELECT entry_id, stretch, at_utc, 1, 0, 0 FROM reconcile__life
),
counted AS (
    SELECT *,
           sum(lives) OVER before AS lives_before, sum(registered) OVER before AS registered_before,
           max(CASE WHEN lives = 1 THEN at_utc END) OVER before AS last_life_utc,
           min(CASE WHEN lives = 1 THEN at_utc END) OVER after AS next_life_utc,
           coalesce(sum(registered) OVER after, 0) AS registered_after
    FROM line
    WINDOW before AS (PARTITION BY entry_id, stretch ORDER BY at_utc, lives, registered ROWS UNBOUNDED PRECEDING),
           after AS (PARTITION BY entry_id, stretch ORDER BY at_utc, lives, registered ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
SELECT entry_id, stretch, lives_before, registered_before, count(*) AS messages,
       min(at_utc) AS first_sent_utc, max(at_utc) AS last_sent_utc,
       max(last_life_utc) AS last_life_utc, min(next_life_utc) AS next_life_utc, min(registered_after) AS registered_after
FROM counted
WHERE missing = 1
GROUP BY entry_id, stretch, lives_before, registered_before
ORDER BY entry_id, stretch, first_sent_utc;
