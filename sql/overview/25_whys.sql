-- Each row is one lost or unknown message to be explained on its municipality's page, fifty at most: losses first, then the causes that a person can do something about.
CREATE OR REPLACE TABLE overview__whys AS
WITH places AS (
    SELECT DISTINCT entry_id FROM reconcile__findings WHERE outcome IN ('lost', 'unknown')
),
line AS (
    SELECT finding.*,
           last_value(CASE WHEN outcome = 'registered' THEN {'sent_utc': sent_at_utc, 'sha256': upload_sha256, 'file_row': file_row} END IGNORE NULLS) OVER earlier AS before,
           first_value(CASE WHEN outcome = 'registered' THEN {'sent_utc': sent_at_utc, 'sha256': upload_sha256, 'file_row': file_row} END IGNORE NULLS) OVER later AS after
    FROM reconcile__findings AS finding
    SEMI JOIN places ON places.entry_id = finding.entry_id
    WINDOW earlier AS (PARTITION BY finding.entry_id ORDER BY sent_at_utc, message_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
           later AS (PARTITION BY finding.entry_id ORDER BY sent_at_utc, message_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),
shown AS (
    SELECT * FROM line
    WHERE outcome IN ('lost', 'unknown')
    QUALIFY row_number() OVER (
        PARTITION BY municipality_no
        ORDER BY outcome, CASE cause WHEN 'superseded' THEN 0 WHEN 'rejected_row' THEN 1 WHEN 'silent' THEN 2 WHEN 'not_covered' THEN 4 ELSE 3 END,
                 sent_at_utc, message_id
    ) <= 50
),
named AS (
    SELECT sha256, min(file_name) AS file_name FROM intake__uploads
    WHERE status IN ('accepted', 'accepted_with_warnings')
    GROUP BY sha256
),
speaking AS (
    SELECT shown.message_id, list(upload.file_name ORDER BY upload.arrived_utc, upload.folder_no, upload.file_name) AS files
    FROM shown
    INNER JOIN roster__entries AS entry ON entry.entry_id = shown.entry_id
    INNER JOIN intake__uploads AS upload
        ON list_contains(upload.speaks_municipalities, entry.canonical_no)
        AND shown.sent_at_utc >= upload.period_from_utc AND shown.sent_at_utc < upload.period_to_utc
    WHERE upload.status IN ('accepted', 'accepted_with_warnings') AND upload.same_bytes_as IS NULL
    GROUP BY shown.message_id
),
surplus AS (
    SELECT shown.message_id, count(*) AS rows
    FROM shown
    INNER JOIN reconcile__extras AS extra
        ON extra.entry_id = shown.entry_id AND extra.reason = 'NO_MESSAGE_IN_TIME'
        AND extra.received_utc >= shown.sent_at_utc AND extra.received_utc <= shown.sent_at_utc + $deadline
    GROUP BY shown.message_id
),
proven AS (
    SELECT shown.message_id, min(covered.from_utc) AS from_utc, max(covered.to_utc) AS to_utc
    FROM shown
    INNER JOIN reconcile__coverage AS covered
        ON covered.entry_id = shown.entry_id
        AND shown.sent_at_utc >= covered.from_utc AND shown.sent_at_utc < covered.to_utc
    GROUP BY shown.message_id
)
SELECT
    shown.entry_id, shown.message_id, shown.sent_at_utc, shown.form_type, shown.channel, shown.acknowledged_utc, shown.outcome,
    shown.matched_by, shown.matched_elsewhere, shown.cause, shown.candidate_group, shown.loss_probability,
    shown.before.sent_utc AS before_sent_utc, shown.before.file_row AS before_row, earlier_file.file_name AS before_file,
    shown.after.sent_utc AS after_sent_utc, shown.after.file_row AS after_row, later_file.file_name AS after_file,
    coalesce(speaking.files, []) AS files, coalesce(surplus.rows, 0) AS surplus_rows,
    proven.from_utc AS proven_from_utc, proven.to_utc AS proven_to_utc,
    entry.clock_convention, entry.clock_offset_s, entry.clock_periods
FROM shown
LEFT JOIN named AS earlier_file ON earlier_file.sha256 = shown.before.sha256
LEFT JOIN named AS later_file ON later_file.sha256 = shown.after.sha256
LEFT JOIN speaking ON speaking.message_id = shown.message_id
LEFT JOIN surplus ON surplus.message_id = shown.message_id
LEFT JOIN proven ON proven.message_id = shown.message_id
LEFT JOIN reconcile__entries AS entry ON entry.entry_id = shown.entry_id
ORDER BY shown.entry_id, shown.outcome, shown.sent_at_utc, shown.message_id;
