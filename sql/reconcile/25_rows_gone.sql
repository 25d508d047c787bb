-- Each row is a pair of uploads where the later one lacks rows that the earlier one had in the period both declare.
CREATE OR REPLACE TABLE reconcile__rows_gone AS
WITH keyed AS (
    SELECT upload_id, superseded_by, folder_no, upload_sha256,
           coalesce(message_id::VARCHAR, concat_ws('|', received_utc, item_type, reporter, channel, municipality_no, district_no)) AS key
    FROM reconcile__registrations
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY upload_id, key) AS occurrence FROM keyed
)
SELECT split_part(earlier.superseded_by, '/', 2) AS later_sha256, earlier.upload_sha256 AS earlier_sha256,
       split_part(earlier.superseded_by, '/', 1) AS folder_no, count(*) AS rows
FROM numbered AS earlier
ANTI JOIN numbered AS later
  ON later.upload_id = earlier.superseded_by AND later.key = earlier.key AND later.occurrence = earlier.occurrence
WHERE earlier.superseded_by IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
