-- Each row is a file that can answer for the message's place, or that does answer the message, with its period, the reading of its clock and whether it speaks of the time the message was sent.
CREATE OR REPLACE TABLE explain__uploads AS
WITH concerned AS (
    SELECT spoken.upload_id, spoken.speaks
    FROM reconcile__answers AS spoken
    JOIN explain__message AS message ON message.entry_id = spoken.entry_id
    UNION
    SELECT upload.upload_id, false
    FROM reconcile__uploads AS upload
    JOIN explain__message AS message ON message.upload_sha256 = upload.sha256
    ANTI JOIN reconcile__answers AS spoken ON spoken.upload_id = upload.upload_id AND spoken.entry_id = message.entry_id
),
clocks AS (
    SELECT clock.upload_id, count(*) AS periods, any_value(clock.resolution_s) AS resolution_s,
           list({'from_local': strftime(clock.from_local, '%Y-%m-%dT%H:%M:%S'), 'to_local': strftime(clock.to_local, '%Y-%m-%dT%H:%M:%S'),
                 'convention': clock.convention, 'identified': clock.identified,
                 'reference': clock.reference, 'offset_s': clock.offset_s, 'drift_s_a_day': clock.drift_s_a_day} ORDER BY clock.period) AS clock_periods,
           -- The period in which the log would have shown the message, else the first.
           coalesce(max(clock.period) FILTER (WHERE message.sent_at_utc >= clock.from_local - INTERVAL 2 HOUR), 1) AS period
    FROM reconcile__clocks AS clock
    CROSS JOIN explain__message AS message
    GROUP BY clock.upload_id
)
SELECT
    concerned.upload_id, upload.folder_no, upload.file_name, upload.sha256, upload.source, raw.exported_utc, raw.arrived_utc,
    raw.period_from_utc, raw.period_to_utc, upload.to_utc AS counts_until_utc,
    upload.period_is_proof, concerned.speaks, raw.rows_read, raw.rows_accepted, raw.rows_rejected,
    coalesce(message.sent_at_utc >= upload.from_utc AND message.sent_at_utc < upload.to_utc, false) AS holds,
    EXISTS (FROM reconcile__supersedes AS replaced
            WHERE replaced.earlier_id = concerned.upload_id AND replaced.entry_id = message.entry_id
              AND message.sent_at_utc >= replaced.from_utc AND message.sent_at_utc < replaced.to_utc) AS replaced,
    clock.convention, clock.identified, clock.reference, clock.offset_s, clock.drift_s_a_day, clocks.resolution_s, clock.score, clock.pairs,
    clocks.clock_periods
FROM concerned
CROSS JOIN explain__message AS message
JOIN reconcile__uploads AS upload ON upload.upload_id = concerned.upload_id
JOIN intake__uploads AS raw
  ON raw.folder_no = upload.folder_no AND raw.sha256 = upload.sha256 AND raw.file_name = upload.file_name
LEFT JOIN clocks ON clocks.upload_id = concerned.upload_id
LEFT JOIN reconcile__clocks AS clock ON clock.upload_id = clocks.upload_id AND clock.period = clocks.period
ORDER BY upload.arrival;
