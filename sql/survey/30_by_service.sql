-- Each row is one (service, counting answer); one answer is counted for each service: its own, else the one that states most.
CREATE OR REPLACE TABLE survey__by_service AS
SELECT
    service_id,
    answer_id,
    own,
    stated,
    row_number() OVER (
        PARTITION BY service_id
        ORDER BY own DESC, coalesce(stated, stated_together) DESC NULLS LAST, received_utc DESC, answer_id
    ) = 1 AS counted
FROM survey__spoken_for;
