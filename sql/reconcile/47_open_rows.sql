-- Each row is a registration that answers no message yet, with the time it closes at in both readings of a doubled hour, its margin added; each round takes away those it used.
CREATE OR REPLACE TABLE reconcile__open_rows AS
SELECT row.row_no, class.class_no, epoch_ms(row.at_utc) + class.margin_ms AS close_ms, epoch_ms(row.at_later_utc) + class.margin_ms AS close_later_ms
FROM reconcile__time_rows AS row
JOIN reconcile__row_classes AS class
  ON class.class_key = hash(row.source, row.pool, row.channel, row.reporter, row.superseded, row.resolution_s, row.margin);
