-- Adds the time lines on which a message stood and got no answer in the round.
INSERT INTO reconcile__left_open
SELECT found.message_no, line.source, $level::BIGINT, line.group_key, found.reference_ms
FROM reconcile_rounds__found AS found
JOIN (SELECT DISTINCT line_no, source, group_key FROM reconcile_rounds__lines) AS line ON line.line_no = found.line_no
WHERE found.row_no IS NULL AND NOT $superseded;
