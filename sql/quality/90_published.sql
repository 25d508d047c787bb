-- The one row counts by how many rows, and in how many of them, the published files differ from the tables they were made from.
CREATE OR REPLACE TABLE quality__published AS
SELECT
    (SELECT count(*) FROM published__findings) - (SELECT count(*) FROM reconcile__findings) AS findings_off,
    (
        SELECT count(*) FROM (
            SELECT message_id, outcome FROM published__findings
            EXCEPT ALL
            SELECT message_id, outcome FROM reconcile__findings
        )
    ) AS findings_different,
    (SELECT count(*) FROM published__municipalities) - (SELECT count(*) FROM roster__entries) AS municipalities_off,
    (
        SELECT coalesce(sum(p.sent), 0)::BIGINT FROM published__municipalities AS p
    ) - (SELECT coalesce(sum(r.sent), 0)::BIGINT FROM reconcile__entries AS r) AS sent_off;
