-- The one row holds what the decision rests on beside the roster's entries.
CREATE OR REPLACE TABLE release__facts AS
SELECT
    (SELECT count(*) FROM roster__entries) AS roster_size,
    (SELECT count(*) FROM roster__entries) - (SELECT count(*) FROM release__blocking) AS verified,
    (SELECT count(*) = 1 AND bool_and(declared) IS TRUE FROM portal__extract) AS portal_declared,
    (
        SELECT coalesce(bool_and(unique_ids = declared_total AND invalid_rows = 0 AND conflicting_ids = 0), FALSE)
        FROM portal__extract
    ) AND (
        SELECT coalesce(bool_and(met), TRUE) FROM verification__requirements WHERE requirement = 'PORTAL_COVERED'
    ) AS portal_complete,
    (
        SELECT count(*) FROM portal__messages AS m
        ANTI JOIN roster__recipients AS r ON r.recipient_id = m.recipient_id
    ) AS messages_to_unknown;
