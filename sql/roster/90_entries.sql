-- Each row is a roster entry, who must be verified, with the service that serves it and what the registry says of its system.
CREATE OR REPLACE TABLE roster__entries AS
WITH services AS (
    SELECT entry.entry_id, member.service_id
    FROM roster__entry_places AS entry
    JOIN roster__service_members AS member
      ON member.canonical_no = entry.canonical_no
     AND (member.district_no = entry.district_no OR member.district_no = '' OR entry.district_no = '')
    WHERE coalesce(member.valid_from, DATE '1900-01-01') <= $as_of_utc::DATE
    QUALIFY rank() OVER (
        PARTITION BY entry.entry_id
        ORDER BY member.district_no = entry.district_no DESC,
                 coalesce(member.valid_to > $as_of_utc::DATE, true) DESC,
                 coalesce(member.valid_from, DATE '1900-01-01') DESC
    ) = 1
),
one_service AS (
    SELECT entry_id, CASE count(DISTINCT service_id) WHEN 1 THEN min(service_id) END AS service_id FROM services GROUP BY entry_id
),
names AS (
    SELECT municipality_no, arg_max(name, coalesce(valid_from, DATE '1900-01-01')) AS name FROM roster__municipalities GROUP BY municipality_no
),
district_names AS (
    SELECT held.entry_id, min(written_text(recipient.district_name)) AS district_name
    FROM roster__entry_recipients AS held
    JOIN roster__recipients AS recipient ON recipient.recipient_id = held.recipient_id
    GROUP BY held.entry_id
)
SELECT
    entry.entry_id, entry.municipality_no, entry.canonical_no, entry.district_no,
    one_service.service_id,
    service.host_municipality_no,
    coalesce(names.name, entry.municipality_no) AS name,
    CASE entry.district_no WHEN '' THEN NULL ELSE district_names.district_name END AS district_name,
    entry.case_system,
    entry.ended_utc,
    conflict.entry_id IS NOT NULL AS case_system_conflict,
    entry.made_from
FROM roster__entry_places AS entry
LEFT JOIN one_service ON one_service.entry_id = entry.entry_id
LEFT JOIN roster__services AS service ON service.service_id = one_service.service_id
LEFT JOIN names ON names.municipality_no = entry.municipality_no
LEFT JOIN district_names ON district_names.entry_id = entry.entry_id
LEFT JOIN roster__conflicts AS conflict ON conflict.entry_id = entry.entry_id
ORDER BY entry.municipality_no, entry.district_no;
