-- Each row is one counting answer that speaks for a roster entry: it speaks for the service that acted for the entry on the day it was received.
CREATE OR REPLACE TABLE verification__survey_heard AS
WITH answers AS (
    SELECT s.service_id, s.answer_id, s.received_utc, s.missing, s.services, s.stated_in_all, s.stated, b.own, b.counted
    FROM survey__spoken_for AS s
    JOIN survey__by_service AS b ON b.service_id = s.service_id AND b.answer_id = s.answer_id
)
SELECT
    m.entry_id, m.from_date, m.to_date, norwegian_day(a.received_utc) AS received_on, a.*,
    -- The entry is judged by the last service of which there is such an answer.
    a.counted AND m.from_date = max(m.from_date) FILTER (a.counted) OVER (PARTITION BY m.entry_id) AS is_judged_by
FROM roster__entry_services AS m
JOIN answers AS a ON a.service_id = m.service_id
WHERE m.from_date <= norwegian_day(a.received_utc) AND norwegian_day(a.received_utc) < m.to_date;
