-- Each row is a message that a registration names by the portal's id, with the first such row; superseded rows only where no other names it.
CREATE OR REPLACE TABLE reconcile__matches_by_id AS
WITH chosen AS (
    SELECT link.* FROM reconcile__links AS link ANTI JOIN reconcile__repeats AS repeated ON repeated.block = link.message_no >> 5
    UNION ALL
    SELECT link.*
    FROM (SELECT link.* FROM reconcile__links AS link SEMI JOIN reconcile__repeats AS repeated ON repeated.block = link.message_no >> 5) AS link
    JOIN reconcile__registrations AS row ON row.row_no = link.row_no
    QUALIFY row_number() OVER (
        PARTITION BY link.message_no ORDER BY link.superseded, NOT link.at_home, row.received_utc, link.row_no
    ) = 1
),
away AS (
    SELECT link.message_no, link.row_no
    FROM (FROM reconcile__links WHERE NOT at_home) AS link
    JOIN reconcile__messages AS message ON message.message_no = link.message_no
    JOIN reconcile__registrations AS row ON row.row_no = link.row_no
    JOIN roster__entries AS home ON home.entry_id = message.entry_id
    LEFT JOIN roster__entries AS place ON place.entry_id = row.entries[1]
    WHERE home.service_id IS NULL OR place.service_id IS NULL OR home.service_id IS DISTINCT FROM place.service_id
)
SELECT chosen.message_no, chosen.row_no, chosen.superseded, away.row_no IS NOT NULL AS elsewhere
FROM chosen
LEFT JOIN away ON away.message_no = chosen.message_no AND away.row_no = chosen.row_no;
