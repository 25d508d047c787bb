-- The one row says how many messages are named by id, counted in two ways that know nothing of each other; where they differ the run stops.
CREATE OR REPLACE TABLE reconcile__recounted AS
WITH counts AS (
    SELECT (SELECT coalesce(sum(named), 0)::BIGINT FROM reconcile__id_counts) AS counted, (SELECT count(*) FROM reconcile__matches_by_id) AS matched
)
SELECT CASE WHEN counted = matched THEN matched ELSE error('the matches by id are not as many as the messages that are named') END AS named
FROM counts;
