-- Each row is a message that no case system is known to hold, and whose content the portal still has at the moment asked.
CREATE OR REPLACE TABLE control__retrievable AS
WITH with_end AS (
    SELECT
        *,
        sent_at_utc
        + CASE WHEN sent_at_utc >= $kept_longer_from_utc THEN INTERVAL 30 DAY ELSE INTERVAL 14 DAY END AS gone_at_utc
    FROM control__findings
    WHERE list_contains($outcomes, outcome)
)
SELECT gone_at_utc, message_id, municipality_no, district_no, sent_at_utc, outcome, candidate_group
FROM with_end
WHERE sent_at_utc <= $as_of_utc AND gone_at_utc > $as_of_utc;
