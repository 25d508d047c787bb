-- The one row counts the answers and services that the survey's tables do not agree on among themselves.
CREATE OR REPLACE TABLE quality__survey AS
SELECT
    (SELECT count(*) - count(DISTINCT answer_id) FROM survey__answers) AS repeated_answers,
    (
        SELECT count(*) FROM (
            SELECT service_id FROM survey__by_service GROUP BY service_id HAVING count(*) FILTER (counted) IS DISTINCT FROM 1
        )
    ) AS services_not_counted_once,
    (
        SELECT count(*) FROM survey__by_service AS s
        ANTI JOIN survey__answers AS a ON a.answer_id = s.answer_id AND NOT a.discarded AND NOT a.superseded
    ) AS shares_of_no_answer,
    (SELECT coalesce(sum(received - answers - discarded - superseded), -1)::BIGINT FROM survey__totals) AS answers_unaccounted,
    (SELECT coalesce(max(greatest(losses - losses_stated, 0)), -1)::BIGINT FROM survey__totals) AS losses_beyond_stated;
