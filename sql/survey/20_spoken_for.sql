-- Each row is one service that a counting answer speaks for, with what the answer states of that service and of those it does not tell apart.
CREATE OR REPLACE TABLE survey__spoken_for AS
WITH counting AS (
    SELECT
        *,
        list_sort(list_distinct(list_filter(list_prepend(service_id, on_behalf_of), lambda s: length(s) > 0))) AS services,
        coalesce(list_sum(map_values(stated_by_service)), 0)::BIGINT AS told_apart
    FROM survey__answers
    WHERE NOT discarded AND NOT superseded
),
each_service AS (
    SELECT *, unnest(services) AS spoken_for FROM counting
)
SELECT
    spoken_for AS service_id,
    answer_id,
    received_utc,
    spoken_for = service_id AS own,
    missing,
    services,
    stated AS stated_in_all,
    -- Known of this service: named, alone, or nothing left for those that are not named.
    CASE WHEN missing IN ('vet_ikke', '') THEN NULL
         WHEN map_contains(stated_by_service, spoken_for) THEN stated_by_service[spoken_for]
         WHEN len(services) = 1 THEN stated
         WHEN stated - told_apart = 0 THEN 0 END AS stated,
    -- Stated of the services that are not told apart, together; NULL where nothing is stated.
    CASE WHEN len(services) > 1 THEN stated - told_apart END AS stated_together,
    -- The answer says that Familia was not integrated, or names its case systems and Familia is not among them.
    len(case_systems) > 0
        AND len(list_filter(list_zip(case_systems, integrated), lambda p: p[1] = 'VISMA_FAMILIA' AND p[2] = 'ja')) = 0
        AS says_not_integrated
FROM each_service;
