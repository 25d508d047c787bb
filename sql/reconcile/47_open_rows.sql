-- Each row is a registration that answers no message yet, with the time it closes at in both readings of a doubled hour and the margin in it; each round takes away those it used.
CREATE OR REPLACE TABLE reconcile__open_rows AS
SELECT row.row_no, class.class_no, epoch_ms(row.at_utc + row.margin) AS close_ms, epoch_ms(row.at_later_utc + row.margin) AS close_later_ms,
       epoch_ms(row.at_utc + row.margin) - epoch_ms(row.at_utc) AS margin_ms, row.resolution_s
FROM reconcile__time_rows AS row
JOIN reconcile__row_classes AS class
  ON class.source = row.source AND class.pool = row.pool AND class.channel = row.channel
 AND class.reporter IS NOT DISTINCT FROM row.reporter AND class.superseded = row.superseded;
