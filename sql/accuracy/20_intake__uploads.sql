-- Each row is a synthetic upload, declared for the whole period.
CREATE OR REPLACE TABLE accuracy__intake__uploads AS
SELECT entry AS folder_no, 'log.csv' AS file_name, entry AS sha256, $end::TIMESTAMP AS arrived_utc, 'accepted' AS status,
       'template' AS format, 'VISMA_FAMILIA' AS case_system, NULL::TIMESTAMP AS exported_utc, NULL::TIMESTAMP AS exported_until_utc,
       $start::TIMESTAMP AS period_from_utc, $end::TIMESTAMP AS period_to_utc, true AS period_is_proof,
       [entry] AS speaks_municipalities, []::VARCHAR[] AS speaks_districts, rows AS rows_read, rows AS rows_accepted,
       0::BIGINT AS rows_rejected, NULL::VARCHAR AS same_bytes_as
FROM accuracy__uploads;
