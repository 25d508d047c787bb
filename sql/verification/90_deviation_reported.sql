-- Each row says whether a roster entry's municipality, where it has losses, reported the deviation to the data protection authority.
CREATE OR REPLACE TABLE verification__deviation_reported AS
WITH by_municipality AS (
    SELECT e.canonical_no, sum(r.lost)::BIGINT AS lost
    FROM roster__entries AS e
    JOIN reconcile__entries AS r USING (entry_id)
    GROUP BY e.canonical_no
),
reported AS (
    SELECT canonical_no, min(action_date) AS action_date, min(source_file || ' row ' || source_row) AS place
    FROM followup__actions
    WHERE action = 'avvik_meldt_datatilsynet'
    GROUP BY canonical_no
),
judged AS (
    SELECT
        e.entry_id, e.municipality_no, e.district_no,
        CASE WHEN r.entry_id IS NULL THEN 'NOT_RECONCILED'
             WHEN m.lost = 0 THEN 'NO_LOSSES'
             WHEN p.canonical_no IS NULL THEN 'NOT_REPORTED'
             ELSE 'MET' END AS reason,
        format('lost_in_municipality={}, reported={}, {}', coalesce(m.lost, 0), coalesce(p.action_date::VARCHAR, '-'),
               coalesce(p.place, '-')) AS evidence
    FROM roster__entries AS e
    LEFT JOIN reconcile__entries AS r USING (entry_id)
    LEFT JOIN by_municipality AS m ON m.canonical_no = e.canonical_no
    LEFT JOIN reported AS p ON p.canonical_no = e.canonical_no
)
SELECT
    entry_id, municipality_no, district_no,
    'DEVIATION_REPORTED' AS requirement,
    reason IN ('MET', 'NO_LOSSES') AS met,
    reason,
    evidence
FROM judged;
