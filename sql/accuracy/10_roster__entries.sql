-- Each row is a synthetic roster entry of the accuracy table.
CREATE OR REPLACE TABLE accuracy__roster__entries AS
SELECT entry AS entry_id, entry AS municipality_no, entry AS canonical_no, '' AS district_no, entry AS service_id, entry AS host_municipality_no,
       entry AS name, NULL::VARCHAR AS district_name, 'VISMA_FAMILIA' AS case_system, NULL::TIMESTAMP AS ended_utc,
       false AS case_system_conflict, 'registry' AS made_from
FROM accuracy__uploads;
