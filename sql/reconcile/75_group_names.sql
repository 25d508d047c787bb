-- Each row is a candidate group of several messages and the name made from their ids only.
CREATE OR REPLACE TABLE reconcile__group_names AS
SELECT grouped.component,
       'g-' || left(md5(string_agg(message.message_id::VARCHAR, '|' ORDER BY message.message_id)), 16) AS candidate_group
FROM reconcile__groups AS grouped
JOIN reconcile__messages AS message ON message.message_no = grouped.message_no
WHERE grouped.members > grouped.losses
GROUP BY grouped.component
ORDER BY grouped.component;
