-- Each row is a message of a candidate group: losses that share a candidate are one group, named by the lowest of its messages.
CREATE OR REPLACE TABLE reconcile__groups AS
WITH RECURSIVE linked AS (
    SELECT DISTINCT one.message_no AS message_no, other.message_no AS reached
    FROM reconcile__weights AS one
    JOIN reconcile__weights AS other ON other.lost_no = one.lost_no
),
reach AS (
    SELECT message_no, reached FROM linked
    UNION
    SELECT reach.message_no, linked.reached FROM reach JOIN linked ON linked.message_no = reach.reached
),
components AS (SELECT message_no, min(reached) AS component FROM reach GROUP BY message_no),
shares AS (SELECT message_no, sum(share) AS share FROM reconcile__weights GROUP BY message_no),
sized AS (
    SELECT components.component, components.message_no, shares.share,
           missing.message_no IS NOT NULL AS named_lost,
           count(*) OVER whole AS members,
           count(missing.message_no) OVER whole AS losses,
           max(CASE WHEN missing.message_no IS NULL THEN shares.share ELSE 0 END) OVER whole AS likeliest_other,
           min(CASE WHEN missing.message_no IS NULL THEN 1 ELSE shares.share END) OVER whole AS least_likely_named
    FROM components
    JOIN shares ON shares.message_no = components.message_no
    LEFT JOIN reconcile__missing AS missing ON missing.message_no = components.message_no AND missing.cause = 'lost'
    WINDOW whole AS (PARTITION BY components.component)
)
-- Where several losses share a candidate it would outweigh them: shares are drawn towards the named ones until it does not.
SELECT component, message_no, named_lost, members, losses,
       CASE WHEN named_lost THEN 1 - drawn * (1 - share) ELSE drawn * share END AS probability
FROM (SELECT *, least(1, 0.999 / (likeliest_other + 1 - least_likely_named)) AS drawn FROM sized)
ORDER BY component, message_no;
