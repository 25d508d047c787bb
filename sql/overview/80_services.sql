-- Each row is one service with a counting answer: whether it answered itself and what it stated (NULL where the number is not known).
CREATE OR REPLACE TABLE overview__services AS
SELECT
    service_id,
    bool_or(own) AS answered_itself,
    count(*) AS answers,
    max(stated) FILTER (counted) AS stated
FROM survey__by_service
GROUP BY service_id
ORDER BY service_id;
