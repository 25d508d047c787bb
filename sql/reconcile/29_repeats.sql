-- Each row is a block of thirty-two messages, by number, of which some message is named more than once; all others need no choice between registrations.
CREATE OR REPLACE TABLE reconcile__repeats AS
SELECT message_no >> 5 AS block
FROM reconcile__links
GROUP BY message_no >> 5
HAVING bit_count(bit_or(1::BIGINT << (message_no & 31))) < count(*);
