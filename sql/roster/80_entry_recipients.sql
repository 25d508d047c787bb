-- Each row is a recipient that a roster entry holds: of its own district, else of the municipality where no entry claims the district.
CREATE OR REPLACE TABLE roster__entry_recipients AS
SELECT entry.entry_id, recipient.recipient_id
FROM roster__recipients AS recipient
JOIN roster__entry_places AS entry
  ON entry.canonical_no = recipient.canonical_no AND entry.district_no = recipient.district_no
UNION ALL
SELECT entry.entry_id, recipient.recipient_id
FROM roster__recipients AS recipient
JOIN roster__entry_places AS entry ON entry.canonical_no = recipient.canonical_no AND entry.district_no = ''
ANTI JOIN roster__entry_places AS claimed
  ON claimed.canonical_no = recipient.canonical_no AND claimed.district_no = recipient.district_no
ORDER BY ALL;
