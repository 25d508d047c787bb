-- Each row is one override as it was given, with the requirement it is for, what the evidence says, and what became of it.
CREATE OR REPLACE TABLE verification__overrides AS
WITH placed AS (
    SELECT
        e.entry_id, coalesce(e.municipality_no, g.municipality_no) AS municipality_no, g.district_no, g.requirement, g.reason, g.decided_by, g.decided_on, g.source_row,
        g.decided_on <= $as_of_date AS is_given
    FROM verification__given_overrides AS g
    LEFT JOIN roster__renumberings AS n ON n.old_no = g.municipality_no
    LEFT JOIN roster__entries AS e
        ON e.canonical_no = coalesce(n.canonical_no, g.municipality_no) AND e.district_no = g.district_no
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY municipality_no, district_no, requirement, is_given ORDER BY decided_on DESC, source_row DESC
        ) AS place
    FROM placed
)
SELECT
    r.entry_id, r.municipality_no, r.district_no, r.requirement, r.reason, r.decided_by, r.decided_on, r.source_row,
    j.reason AS original_reason,
    j.evidence AS original_evidence,
    CASE WHEN NOT r.is_given THEN 'NOT_YET'
         WHEN r.entry_id IS NULL OR j.entry_id IS NULL THEN 'OUTSIDE_ROSTER'
         WHEN r.place > 1 THEN 'SUPERSEDED'
         WHEN j.met THEN 'NOT_NEEDED'
         ELSE 'APPLIED' END AS effect
FROM ranked AS r
LEFT JOIN verification__judgements AS j ON j.entry_id = r.entry_id AND j.requirement = r.requirement;
