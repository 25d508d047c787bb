-- Each row is a roster entry, who must be verified, with the service that acts for it at as_of and what the registry says of its system.
CREATE OR REPLACE TABLE roster__entries AS
WITH acting AS (
    SELECT entry_id, service_id
    FROM roster__entry_services
    WHERE from_date <= norwegian_day($as_of_utc) AND norwegian_day($as_of_utc) < to_date
),
-- Known under an older or newer number, the place has its name from there.
names AS (
    SELECT entry.entry_id,
           arg_max(known.name, (known.municipality_no = entry.municipality_no, coalesce(known.valid_from, DATE '1900-01-01'))) AS name
    FROM roster__entry_places AS entry
    JOIN roster__municipalities AS known ON known.canonical_no = entry.canonical_no
    GROUP BY entry.entry_id
),
district_names AS (
    SELECT held.entry_id, min(written_text(recipient.district_name)) AS district_name
    FROM roster__entry_recipients AS held
    JOIN roster__recipients AS recipient ON recipient.recipient_id = held.recipient_id
    GROUP BY held.entry_id
)
SELECT
    entry.entry_id, entry.municipality_no, entry.canonical_no, entry.district_no,
    acting.service_id,
    service.host_municipality_no,
    coalesce(names.name, entry.municipality_no) AS name,
    CASE entry.district_no WHEN '' THEN NULL ELSE district_names.district_name END AS district_name,
    entry.case_system,
    entry.ended_utc,
    conflict.entry_id IS NOT NULL AS case_system_conflict,
    entry.made_from
FROM roster__entry_places AS entry
LEFT JOIN acting ON acting.entry_id = entry.entry_id
LEFT JOIN roster__services AS service ON service.service_id = acting.service_id
LEFT JOIN names ON names.entry_id = entry.entry_id
LEFT JOIN district_names ON district_names.entry_id = entry.entry_id
LEFT JOIN roster__conflicts AS conflict ON conflict.entry_id = entry.entry_id
ORDER BY entry.municipality_no, entry.district_no;
