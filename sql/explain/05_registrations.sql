-- Each row is an accepted row of a file that can answer for the message's place, or that answers the message: all that its explanation needs of the logs.
CREATE OR REPLACE TABLE explain__registrations AS
WITH asked_for AS (
    SELECT entry_id, upload_sha256 FROM reconcile__findings WHERE message_id = $message_id
),
concerned AS (
    SELECT split_part(spoken.upload_id, '/', 2) AS sha256
    FROM reconcile__answers AS spoken JOIN asked_for ON asked_for.entry_id = spoken.entry_id
    UNION
    SELECT upload_sha256 FROM asked_for WHERE upload_sha256 IS NOT NULL
)
SELECT row.*
FROM intake__registrations AS row
SEMI JOIN concerned ON concerned.sha256 = row.upload_sha256;
