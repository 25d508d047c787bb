-- Each row is one readable answer received no later than the clock; those that a duty service gave are discarded, those that a later answer replaces superseded.
CREATE OR REPLACE TABLE survey__answers AS
WITH received AS (
    SELECT
        * EXCLUDE (received_text),
        read_utc(received_text) AS received_utc,
        role = 'barnevernsvakt' AS discarded,
        list_sort(list_filter(on_behalf_of, lambda s: s IS DISTINCT FROM service_id)) AS speaks_also_for
    FROM survey__rows
    WHERE read_utc(received_text) <= $as_of_utc
),
-- One answer may stand in two exports: its id counts once, in its latest form.
once AS (
    SELECT * FROM received
    QUALIFY row_number() OVER (PARTITION BY answer_id ORDER BY received_utc DESC, source_file DESC, source_row DESC) = 1
)
SELECT
    answer_id, received_utc, service_id, on_behalf_of, role, case_systems, integrated, missing, stated,
    stated_by_service, other_missing, routines, deviation, informed, discarded,
    NOT discarded AND row_number() OVER (
        PARTITION BY discarded, service_id, speaks_also_for
        ORDER BY received_utc DESC, source_file DESC, source_row DESC
    ) > 1 AS superseded,
    source_file, source_row
FROM once;
