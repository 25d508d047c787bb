-- Each row is a stretch of days in which one service acts for a roster entry, NULL where two claim it; the last that served acts until the next.
CREATE OR REPLACE TABLE roster__entry_services AS
WITH members AS (
    SELECT
        entry.entry_id, member.service_id,
        member.district_no = entry.district_no AS is_of_this_place,
        coalesce(member.valid_from, DATE '1900-01-01') AS valid_from,
        coalesce(member.valid_to, DATE '9999-12-31') AS valid_to
    FROM roster__entry_places AS entry
    JOIN roster__service_members AS member
      ON member.canonical_no = entry.canonical_no
     AND (member.district_no = entry.district_no OR member.district_no = '' OR entry.district_no = '')
),
days AS (
    SELECT entry_id, valid_from AS day FROM members
    UNION
    SELECT entry_id, valid_to FROM members
),
-- The place's own service goes before one for the whole municipality, and of two rows that are valid the later one.
serving AS (
    SELECT days.entry_id, days.day, members.service_id
    FROM days
    JOIN members ON members.entry_id = days.entry_id AND members.valid_from <= days.day AND days.day < members.valid_to
    QUALIFY rank() OVER (
        PARTITION BY days.entry_id, days.day ORDER BY members.is_of_this_place DESC, members.valid_from DESC
    ) = 1
),
named AS (
    SELECT entry_id, day, CASE count(DISTINCT service_id) WHEN 1 THEN min(service_id) END AS service_id
    FROM serving
    GROUP BY entry_id, day
)
SELECT
    named.entry_id, named.service_id,
    coalesce(renumbered.canonical_no, service.host_municipality_no) AS host_canonical_no,
    named.day AS from_date,
    lead(named.day, 1, DATE '9999-12-31') OVER (PARTITION BY named.entry_id ORDER BY named.day) AS to_date
FROM named
LEFT JOIN roster__services AS service ON service.service_id = named.service_id
LEFT JOIN roster__renumberings AS renumbered ON renumbered.old_no = service.host_municipality_no
ORDER BY named.entry_id, named.day;
