-- Each row is one (roster entry, requirement) with the judgement, its reason and its evidence, or the override in its place.
CREATE OR REPLACE TABLE verification__requirements AS
SELECT
    j.entry_id, j.municipality_no, j.district_no, j.requirement,
    j.met OR o.entry_id IS NOT NULL AS met,
    CASE WHEN o.entry_id IS NULL THEN j.reason ELSE 'OVERRIDDEN' END AS reason,
    CASE WHEN o.entry_id IS NULL THEN j.evidence
         ELSE 'decided_by=' || o.decided_by || ', decided_on=' || CAST(o.decided_on AS VARCHAR)
              || ', because=' || o.reason || ', instead_of=' || j.reason || ' (' || j.evidence || ')' END AS evidence
FROM verification__judgements AS j
LEFT JOIN verification__overrides AS o
    ON o.entry_id = j.entry_id AND o.requirement = j.requirement AND o.effect = 'APPLIED';
