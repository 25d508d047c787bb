-- Each row is one roster entry that an answer speaks for: whether its service answered itself and what it stated (NULL where the number is not known).
CREATE OR REPLACE TABLE overview__services AS
SELECT
    entry_id,
    bool_or(own) AS answered_itself,
    count(*) AS answers,
    max(stated) FILTER (is_judged_by) AS stated
FROM verification__survey_heard
GROUP BY entry_id
ORDER BY entry_id;
