-- Each row is a roster entry with a recipient that the portal calls Visma Familia while the registry names another system for now.
CREATE OR REPLACE TABLE roster__conflicts AS
WITH said AS (
    SELECT held.entry_id, recipient.canonical_no, recipient.district_no
    FROM roster__entry_recipients AS held
    JOIN roster__recipients AS recipient ON recipient.recipient_id = held.recipient_id
    WHERE recipient.case_system = 'VISMA_FAMILIA'
),
now AS (
    SELECT canonical_no, district_no, case_system
    FROM roster__case_systems
    WHERE coalesce(from_utc, $as_of_utc) <= $as_of_utc AND coalesce(to_utc > $as_of_utc, true)
),
judged AS (
    SELECT said.entry_id, bool_or(now.case_system = 'VISMA_FAMILIA' OR now.case_system = 'UKJENT') AS same_or_unknown
    FROM said
    JOIN now
      ON now.canonical_no = said.canonical_no
     AND now.district_no = CASE
         WHEN EXISTS (FROM now AS own
                      WHERE own.canonical_no = said.canonical_no AND own.district_no = said.district_no)
         THEN said.district_no ELSE '' END
    GROUP BY said.entry_id, said.canonical_no, said.district_no
)
SELECT DISTINCT entry_id FROM judged WHERE NOT same_or_unknown ORDER BY entry_id;
