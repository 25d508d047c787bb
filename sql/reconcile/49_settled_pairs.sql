-- Each row is a message answered by a registration through time, as the rounds left it or as an exchange settled it.
CREATE OR REPLACE TABLE reconcile__settled_pairs AS
SELECT pair.* FROM reconcile__pairs AS pair
ANTI JOIN (SELECT row_no FROM reconcile__repairs UNION ALL SELECT row_no FROM reconcile__retaken) AS exchanged
  ON exchanged.row_no = pair.row_no
UNION ALL
SELECT lost_no, row_no, source, level, group_key, lost_ms, received_ms, resolution_s, false FROM reconcile__repairs
UNION ALL
SELECT message_no, surplus_no, source, level, group_key, reference_ms, surplus_ms, resolution_s, false FROM reconcile__repairs
UNION ALL
SELECT lost_no, row_no, source, level, group_key, lost_ms, received_ms, resolution_s, false FROM reconcile__retaken;
