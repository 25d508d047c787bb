-- Adds the round's pairs to those of the rounds before it.
INSERT INTO reconcile__pairs
SELECT found.message_no, found.row_no, line.source, $level::BIGINT, line.group_key, found.reference_ms, found.received_ms, found.resolution_s,
       $superseded::BOOLEAN
FROM reconcile_rounds__found AS found
JOIN (SELECT DISTINCT line_no, source, group_key FROM reconcile_rounds__lines) AS line ON line.line_no = found.line_no
WHERE found.row_no IS NOT NULL;
