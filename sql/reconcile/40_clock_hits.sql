-- Each row is a registration whose difference from a message lies by a line that its log's clock may have followed.
CREATE OR REPLACE TABLE reconcile__clock_hits AS
SELECT DISTINCT line.upload_no, line.line_no, row.block, row.place, row.row_no, row.hour
FROM reconcile__clock_lines AS line
JOIN reconcile__clock_readings AS reading ON reading.reading_no = line.reading_no
JOIN reconcile__clock_pairs AS pair ON pair.upload_no = line.upload_no AND pair.zoned = reading.zoned
JOIN reconcile__clock_rows AS row ON row.row_no = pair.row_no
WHERE CASE reading.reference WHEN 'sent' THEN pair.sent_s ELSE pair.acknowledged_s END
          + CASE WHEN pair.summer THEN reading.summer_s ELSE reading.winter_s END
          - line.level_s - line.drift * (pair.day - line.day)
      BETWEEN -2.5 * line.width AND 6 * line.width;
