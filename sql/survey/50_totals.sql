-- The one row holds the survey's counts of answers and of losses, every loss counted once.
CREATE OR REPLACE TABLE survey__totals AS
WITH counting AS (
    SELECT * FROM survey__answers WHERE NOT discarded AND NOT superseded
),
shares AS (
    SELECT s.answer_id, s.service_id, s.stated, s.stated_together, b.counted
    FROM survey__spoken_for AS s
    JOIN survey__by_service AS b USING (answer_id, service_id)
),
-- What an answer states of services together that it does not tell apart.
bundles AS (
    SELECT answer_id, any_value(stated_together) AS stated, list_sort(list(service_id)) AS services
    FROM shares
    WHERE stated IS NULL AND stated_together > 0
    GROUP BY answer_id
),
counted_elsewhere AS (
    SELECT u.answer_id, sum(coalesce(c.stated, 0))::BIGINT AS stated, count(c.service_id) = len(any_value(u.services)) AS all_known
    FROM (SELECT answer_id, services, unnest(services) AS service_id FROM bundles) AS u
    LEFT JOIN shares AS c
        ON c.service_id = u.service_id AND c.counted AND c.stated IS NOT NULL
    GROUP BY u.answer_id
),
-- Of two answers of which one speaks of all the other's services, the losses are the same ones: the larger number counts.
contained AS (
    SELECT DISTINCT a.answer_id
    FROM bundles AS a
    JOIN bundles AS b ON (b.stated, b.answer_id) > (a.stated, a.answer_id)
        AND (list_has_all(b.services, a.services) OR list_has_all(a.services, b.services))
),
together AS (
    SELECT sum(greatest(b.stated - e.stated, 0)) AS losses
    FROM bundles AS b
    JOIN counted_elsewhere AS e USING (answer_id)
    ANTI JOIN contained AS k ON k.answer_id = b.answer_id
    WHERE NOT e.all_known
)
SELECT
    (SELECT count(*) FROM survey__answers) AS received,
    count(*) AS answers,
    (SELECT count(*) FROM survey__answers WHERE discarded) AS discarded,
    (SELECT count(*) FROM survey__answers WHERE superseded) AS superseded,
    count(*) FILTER (list_contains(list_zip(case_systems, integrated), ('VISMA_FAMILIA', 'ja'))) AS could_be_affected,
    count(*) FILTER (missing IN ('ja_kjent', 'ja_ukjent')) AS with_losses,
    coalesce(sum(stated), 0)::BIGINT AS losses_stated,
    (coalesce((SELECT sum(stated) FROM shares WHERE counted), 0)
        + coalesce((SELECT losses FROM together), 0))::BIGINT AS losses
FROM counting;
