-- Each row is a class of registrations that the round matches, with the time line it stands on: a source, a pool, a channel and a kind.
CREATE OR REPLACE TABLE reconcile_rounds__lines AS
WITH named AS (
    SELECT class.class_no, class.margin_ms, class.resolution_s, class.source, class.pool, class.channel AS channel_class,
           CASE $kind_stage WHEN 1 THEN class.reporter ELSE 'any' END AS kind_class
    FROM reconcile__row_classes AS class
    SEMI JOIN (SELECT DISTINCT class_no FROM reconcile__open_rows) AS live ON live.class_no = class.class_no
    SEMI JOIN (SELECT source, pool FROM reconcile__pools WHERE level = $level) AS pool
      ON pool.source = class.source AND pool.pool = class.pool
    WHERE class.superseded = $superseded
      AND CASE $channel_stage WHEN 1 THEN class.channel IN ('svarinn', 'manual') ELSE class.channel = 'portal' END
      AND CASE $kind_stage WHEN 2 THEN class.reporter IS NULL ELSE class.reporter IS NOT NULL END
),
numbered AS (
    SELECT *, dense_rank() OVER (ORDER BY source, pool, channel_class, kind_class) AS line_no FROM named
)
-- The events pack the number into nineteen bits.
SELECT class_no, CASE WHEN line_no < 524288 THEN line_no ELSE error('more time lines than a round can tell apart') END AS line_no,
       hash(source, pool, channel_class, kind_class) AS group_key, source, pool, channel_class, kind_class, margin_ms, resolution_s
FROM numbered
ORDER BY class_no;
