-- Each row is a stretch of time in which a place is in scope: on Visma Familia, or on a system that nobody has named.
CREATE OR REPLACE TABLE roster__places AS
WITH registered AS (
    SELECT municipality_no, canonical_no, district_no, case_system, 'registry' AS made_from,
           CASE case_system WHEN 'UKJENT' THEN oslo_utc($fault_start) ELSE greatest(from_utc, oslo_utc($fault_start)) END AS from_utc,
           from_utc AS written_from_utc, source_row,
           to_utc AS written_to_utc,
           least(coalesce(to_utc, $as_of_utc), $as_of_utc) AS to_utc
    FROM roster__case_systems
    WHERE case_system = 'UKJENT' OR (case_system = 'VISMA_FAMILIA' AND from_utc IS NOT NULL)
),
unnamed AS (
    SELECT DISTINCT recipient.municipality_no, recipient.canonical_no, recipient.district_no, 'UKJENT' AS case_system,
           'recipient' AS made_from, oslo_utc($fault_start) AS from_utc, NULL::TIMESTAMP AS written_from_utc, NULL::BIGINT AS source_row,
           NULL::TIMESTAMP AS written_to_utc, $as_of_utc AS to_utc
    FROM roster__recipients AS recipient
    SEMI JOIN (
        SELECT recipient_id FROM portal__messages WHERE sent_utc >= oslo_utc($fault_start) AND sent_utc < $as_of_utc
    ) AS heard ON heard.recipient_id = recipient.recipient_id
    ANTI JOIN roster__case_systems AS known ON known.canonical_no = recipient.canonical_no
)
SELECT
    -- Rows under an old and a new number are one place, called by the number of the latest row, the same in every table.
    first_value(municipality_no) OVER (
        PARTITION BY canonical_no, district_no
        ORDER BY from_utc DESC, written_from_utc DESC NULLS LAST, source_row DESC NULLS LAST, municipality_no DESC
    ) AS municipality_no,
    canonical_no, district_no, case_system, made_from, from_utc, written_to_utc, to_utc
FROM (SELECT * FROM registered UNION ALL SELECT * FROM unnamed) WHERE to_utc > from_utc
ORDER BY canonical_no, district_no, from_utc, to_utc;
