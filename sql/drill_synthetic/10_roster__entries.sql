-- The one row is the synthetic municipality of the drill.
CREATE OR REPLACE TABLE drill_synthetic__roster__entries AS
SELECT $no AS entry_id, $no AS municipality_no, $no AS canonical_no, '' AS district_no, 'drill' AS service_id, $no AS host_municipality_no,
       'drill' AS name, NULL::VARCHAR AS district_name, 'VISMA_FAMILIA' AS case_system, NULL::TIMESTAMP AS ended_utc,
       false AS case_system_conflict, 'drill' AS made_from;
