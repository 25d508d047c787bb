-- Each row is a roster entry with its messages and registrations counted by id in one join both ways: messages that no registration names, repeated registrations, and registrations whose id no message of the roster has.
CREATE OR REPLACE TABLE reconcile__id_counts AS
WITH linked AS (
    SELECT CASE WHEN message.message_id IS NULL THEN row.entry_id ELSE message.entry_id END AS entry_id,
           row.message_id IS NULL AS unnamed, message.message_id IS NULL AS unheld
    FROM reconcile__messages AS message
    FULL JOIN (SELECT message_id, entries[1] AS entry_id FROM reconcile__registrations WHERE message_id IS NOT NULL) AS row
      ON row.message_id = message.message_id
),
counted AS (
    SELECT entry_id, count(*) FILTER (WHERE unnamed) AS unnamed, count(*) FILTER (WHERE unheld) AS unheld,
           count(*) FILTER (WHERE NOT unnamed AND NOT unheld) AS links
    FROM linked
    GROUP BY entry_id
),
sent AS (SELECT entry_id, count(*) AS sent FROM reconcile__messages GROUP BY entry_id)
SELECT counted.entry_id, coalesce(sent.sent, 0) AS sent, coalesce(sent.sent, 0) - counted.unnamed AS named, counted.unnamed,
       counted.links - (coalesce(sent.sent, 0) - counted.unnamed) AS repeated, counted.unheld
FROM counted
LEFT JOIN sent ON sent.entry_id = counted.entry_id
ORDER BY counted.entry_id;
