-- Each row is a message that still no registration of one source answers after the round.
CREATE OR REPLACE TABLE reconcile__open_messages AS
SELECT message.*
FROM reconcile__open_messages AS message
JOIN reconcile__message_classes AS class ON class.class_no = message.class_no
ANTI JOIN (
    SELECT found.message_no, line.source
    FROM reconcile_rounds__found AS found
    JOIN (SELECT DISTINCT line_no, source FROM reconcile_rounds__lines) AS line ON line.line_no = found.line_no
    WHERE found.row_no IS NOT NULL
) AS answered ON answered.message_no = message.message_no AND answered.source = class.source;
