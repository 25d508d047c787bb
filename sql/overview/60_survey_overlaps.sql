-- Each row is one service that several answers speak of: how many answers, the losses that count, and all that were stated of it.
CREATE OR REPLACE TABLE overview__survey_overlaps AS
SELECT
    service_id,
    count(*) AS responses,
    coalesce(max(stated) FILTER (counted), 0)::BIGINT AS counted,
    coalesce(sum(stated), 0)::BIGINT AS stated
FROM survey__by_service
GROUP BY service_id
HAVING count(*) > 1
ORDER BY service_id;
