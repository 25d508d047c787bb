-- Each row is a stretch of a roster entry's own time that the case-system logs and the portal's log both prove.
CREATE OR REPLACE TABLE reconcile__proven AS
SELECT covered.entry_id,
       greatest(covered.from_utc, period.from_utc, portal.from_utc) AS from_utc,
       least(covered.to_utc, period.to_utc, portal.to_utc) AS to_utc
FROM reconcile__coverage AS covered
JOIN roster__periods AS period ON period.entry_id = covered.entry_id
JOIN reconcile__portal_cover AS portal ON portal.complete
WHERE greatest(covered.from_utc, period.from_utc, portal.from_utc) < least(covered.to_utc, period.to_utc, portal.to_utc)
ORDER BY covered.entry_id, from_utc;
