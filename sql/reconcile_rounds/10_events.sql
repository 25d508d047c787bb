-- Each row is an event of one round on one time line: a message opens (even key), a registration closes (odd key).
CREATE OR REPLACE TABLE reconcile_rounds__events AS
WITH rows AS (
    SELECT row.row_no, row.source, row.pool,
           CASE row.channel WHEN 'portal' THEN 'portal' ELSE row.channel END AS channel_class,
           CASE $kind_stage WHEN 1 THEN row.reporter ELSE 'any' END AS kind_class,
           CASE WHEN $later THEN row.at_later_utc ELSE row.at_utc END + row.margin AS close_utc
    FROM reconcile__time_rows AS row
    WHERE row.superseded = $superseded
      AND CASE $channel_stage WHEN 1 THEN row.channel IN ('svarinn', 'manual') ELSE row.channel = 'portal' END
      AND CASE $kind_stage WHEN 1 THEN row.reporter IS NOT NULL WHEN 2 THEN row.reporter IS NULL ELSE row.reporter IS NOT NULL END
      AND EXISTS (FROM reconcile__pools AS pool WHERE pool.pool = row.pool AND pool.source = row.source AND pool.level = $level)
      AND NOT EXISTS (FROM reconcile__pairs AS pair WHERE pair.row_no = row.row_no)
),
lines AS (SELECT DISTINCT source, pool, channel_class, kind_class FROM rows),
messages AS (
    SELECT message.message_no, line.source, line.pool, line.channel_class, line.kind_class,
           CASE WHEN sharp.channel IS NOT NULL AND NOT $by_sent THEN coalesce(message.acknowledged_utc, message.sent_utc)
                WHEN $later THEN message.sent_later_utc ELSE message.sent_utc END AS open_utc
    FROM lines AS line
    JOIN reconcile__pools AS pool ON pool.source = line.source AND pool.pool = line.pool AND pool.level = $level
    JOIN reconcile__candidates AS message ON message.entry_id = pool.entry_id
    LEFT JOIN reconcile__sharp AS sharp
      ON sharp.source = line.source AND sharp.entry_id = message.entry_id AND sharp.channel = message.channel
    WHERE CASE line.channel_class WHEN 'portal' THEN message.channel IN ('FIKS_IO', 'SVARINN')
               WHEN 'svarinn' THEN message.channel = 'SVARINN' ELSE message.channel = 'MANUELL_MOTTAK' END
      AND CASE $kind_stage WHEN 1 THEN message.form_type = line.kind_class WHEN 2 THEN true ELSE message.form_type = 'unknown' END
      AND NOT EXISTS (FROM reconcile__pairs AS pair
                      WHERE pair.message_no = message.message_no AND (pair.source = line.source OR $superseded))
)
SELECT hash(source, pool, channel_class, kind_class) AS group_key, source, message_no AS id, epoch_ms(open_utc) * 2 AS k FROM messages
UNION ALL
SELECT hash(source, pool, channel_class, kind_class), source, row_no, epoch_ms(close_utc) * 2 + 1 FROM rows;
