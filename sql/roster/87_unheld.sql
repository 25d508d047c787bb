-- Each row is a roster entry that may own messages which no entry holds: they came while it was in scope, and no case system of their own place is named for that time.
CREATE OR REPLACE TABLE roster__unheld AS
WITH concerned AS (
    -- Only these can have such messages; to look at everyone's costs a second a million.
    SELECT recipient.recipient_id, recipient.canonical_no, recipient.district_no
    FROM roster__recipients AS recipient
    WHERE (recipient.district_no > ''
           AND EXISTS (FROM roster__entry_places AS whole WHERE whole.canonical_no = recipient.canonical_no AND whole.district_no = ''))
       OR EXISTS (FROM roster__successions AS kin
                  JOIN roster__entry_places AS other ON other.canonical_no IN (kin.old_no, kin.new_no)
                  WHERE recipient.canonical_no IN (kin.old_no, kin.new_no)
                    AND other.canonical_no IS DISTINCT FROM recipient.canonical_no)
),
unheld AS (
    SELECT message.message_id, message.sent_utc, concerned.*
    FROM concerned
    JOIN portal__messages AS message ON message.recipient_id = concerned.recipient_id
    ANTI JOIN (
        SELECT held.recipient_id, period.from_utc, period.to_utc
        FROM roster__entry_recipients AS held
        JOIN roster__periods AS period ON period.entry_id = held.entry_id
    ) AS held
      ON held.recipient_id = message.recipient_id AND held.from_utc <= message.sent_utc AND message.sent_utc < held.to_utc
),
in_scope AS (
    SELECT entry.entry_id, entry.canonical_no, entry.district_no, period.from_utc, period.to_utc
    FROM roster__entry_places AS entry
    JOIN roster__periods AS period ON period.entry_id = entry.entry_id
),
-- The district has an entry of its own, at other times; then the municipality's row is all that is said of its system.
of_districts AS (
    SELECT own.entry_id, 'DISTRICT_WITHOUT_SYSTEM' AS reason, unheld.*
    FROM unheld
    JOIN roster__entry_places AS own ON own.canonical_no = unheld.canonical_no AND own.district_no = unheld.district_no
    SEMI JOIN in_scope AS whole
      ON whole.canonical_no = unheld.canonical_no AND whole.district_no = ''
     AND whole.from_utc <= unheld.sent_utc AND unheld.sent_utc < whole.to_utc
    ANTI JOIN roster__case_systems AS named
      ON named.canonical_no = unheld.canonical_no AND named.district_no = unheld.district_no
     AND coalesce(named.from_utc <= unheld.sent_utc, true) AND coalesce(named.to_utc > unheld.sent_utc, true)
),
-- The portal lists the recipient under the number of before a merger or a split, or of after it.
of_others AS (
    SELECT entry.entry_id, 'MESSAGES_UNDER_OTHER_NUMBER' AS reason, unheld.*
    FROM unheld
    JOIN roster__successions AS kin ON unheld.canonical_no IN (kin.old_no, kin.new_no)
    JOIN in_scope AS entry
      ON entry.canonical_no IN (kin.old_no, kin.new_no) AND entry.canonical_no IS DISTINCT FROM unheld.canonical_no
     AND entry.from_utc <= unheld.sent_utc AND unheld.sent_utc < entry.to_utc
    ANTI JOIN roster__case_systems AS named
      ON named.canonical_no = unheld.canonical_no AND named.district_no IN (unheld.district_no, '')
     AND coalesce(named.from_utc <= unheld.sent_utc, true) AND coalesce(named.to_utc > unheld.sent_utc, true)
)
SELECT
    entry_id, reason, count(DISTINCT message_id) AS messages, string_agg(DISTINCT canonical_no, '|' ORDER BY canonical_no) AS listed_under,
    min(sent_utc) AS first_sent_utc, max(sent_utc) AS last_sent_utc
FROM (SELECT * FROM of_districts UNION ALL SELECT * FROM of_others)
GROUP BY entry_id, reason
ORDER BY entry_id, reason;
