-- Each row is a message that may be the lost one, with its share of that loss: the lost one itself and those whose swap is at least a hundredth as likely.
CREATE OR REPLACE TABLE reconcile__weights AS
WITH weighed AS (
    SELECT swap.lost_no, swap.other_no AS message_no, swap.row_no,
           CASE WHEN swap.told_together THEN 0.99 ELSE least(0.99, longer.density / shorter.density) END AS weight
    FROM reconcile__swaps AS swap
    JOIN reconcile__delays AS longer
      ON longer.entry_id = swap.lost_entry AND longer.bin = delay_bin(swap.lost_delay_ms)
    JOIN reconcile__delays AS shorter
      ON shorter.entry_id = swap.other_entry AND shorter.bin = delay_bin(swap.other_delay_ms)
),
possible AS (
    SELECT lost_no, message_no, max(weight) AS weight FROM weighed WHERE weight >= 0.01 GROUP BY lost_no, message_no
    UNION ALL
    SELECT message_no, message_no, 1.0 FROM reconcile__missing WHERE cause = 'lost'
)
SELECT lost_no, message_no, weight / sum(weight) OVER (PARTITION BY lost_no) AS share
FROM possible
ORDER BY lost_no, message_no;
