-- Each row is one (answer, service) of the counting answers, with the losses it states for that service and those of the answer that counts there.
CREATE OR REPLACE TABLE overview__survey_shares AS
SELECT
    by_service.service_id,
    by_service.answer_id,
    by_service.counted,
    by_service.stated,
    max(by_service.stated) FILTER (by_service.counted) OVER (PARTITION BY by_service.service_id) AS stated_by_counted,
    count(*) OVER (PARTITION BY by_service.service_id) AS answers_of_service,
    bool_and(by_service.counted IS DISTINCT FROM TRUE) OVER (PARTITION BY by_service.answer_id) AS counts_nowhere
FROM survey__by_service AS by_service
ORDER BY by_service.service_id, by_service.answer_id;
