-- Each row is one service that several answers speak of: how many answers, the losses that count, and the losses stated in all.
CREATE OR REPLACE TABLE overview__survey_overlaps AS
SELECT
    service_id,
    count(*) AS responses,
    coalesce(max(stated_by_counted), 0)::BIGINT AS counted,
    sum(coalesce(stated, stated_by_counted, 0))::BIGINT AS stated
FROM overview__survey_shares
WHERE answers_of_service > 1
GROUP BY service_id
ORDER BY service_id;
