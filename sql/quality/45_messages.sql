-- The one row counts the messages that are in two places, or in none, of those that roster entries hold and those that nobody holds.
CREATE OR REPLACE TABLE quality__messages AS
SELECT
    (SELECT count(*) - count(DISTINCT message_id) FROM reconcile__findings) AS held_twice,
    (SELECT count(*) FROM portal__messages)
        - (SELECT count(*) FROM reconcile__findings)
        - (SELECT coalesce(sum(messages), 0)::BIGINT FROM reconcile__nobody) AS held_and_not_off_all,
    (SELECT count(*) FROM reconcile__findings AS f ANTI JOIN portal__messages AS m USING (message_id)) AS unknown_to_portal,
    (SELECT count(*) FROM reconcile__findings AS f ANTI JOIN roster__entries AS e USING (entry_id)) AS of_no_entry;
