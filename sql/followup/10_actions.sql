-- Each row is one readable action of the follow-up that was done no later than the clock's day.
CREATE OR REPLACE TABLE followup__actions AS
SELECT
    a.municipality_no,
    coalesce(n.canonical_no, a.municipality_no) AS canonical_no,
    a.message_id::UUID AS message_id,
    a.candidate_group,
    a.action,
    -- A date is a day in Norway; a time with a zone is turned to its Norwegian day.
    CASE WHEN has_offset(a.date_text)
         THEN (read_utc(a.date_text) AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Oslo')::DATE
         ELSE TRY_CAST(a.date_text AS TIMESTAMP)::DATE END AS action_date,
    a.done_by_present,
    a.source_file,
    a.source_row
FROM followup__rows AS a
LEFT JOIN roster__renumberings AS n ON n.old_no = a.municipality_no
WHERE read_utc(a.date_text) <= $as_of_utc;
