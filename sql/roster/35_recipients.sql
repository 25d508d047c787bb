-- Each row is a delivery point of the portal and the place whose messages it receives; of two rows for one, the one that says Visma Familia.
CREATE OR REPLACE TABLE roster__recipients AS
WITH read AS (
    SELECT bydelRessursId::UUID AS recipient_id, municipality_no, canonical_no, district_no, bydelsnavn AS district_name,
           written_text(fiksOrgId) AS org_id, upper(trim(kontotype)) AS account_type,
           upper(replace(trim(fagsystem), ' ', '_')) AS case_system, source_row::BIGINT AS source_row
    FROM roster__recipients_csv
)
SELECT * FROM read
QUALIFY row_number() OVER (
    PARTITION BY recipient_id ORDER BY coalesce(case_system = 'VISMA_FAMILIA', false) DESC, source_row
) = 1
ORDER BY recipient_id;
