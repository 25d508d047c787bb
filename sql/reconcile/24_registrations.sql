-- Each row is an accepted row of an upload that counts, with the roster entries it can answer for by time and whether it was superseded.
CREATE OR REPLACE TABLE reconcile__registrations AS
WITH counted AS (
    SELECT
        row_number() OVER (ORDER BY row.folder_no, row.upload_sha256, row.file_row) AS row_no,
        upload.upload_id, upload.source, row.upload_sha256, row.folder_no, row.file_row,
        CASE WHEN alien.upload_id IS NULL THEN row.message_id END AS message_id,
        row.received_local, row.received_utc, row.received_later_utc, row.resolution_s,
        row.item_type, row.reporter, row.channel, row.municipality_no, row.district_no
    FROM intake__registrations AS row
    JOIN reconcile__uploads AS upload ON upload.sha256 = row.upload_sha256 AND upload.folder_no = row.folder_no
    LEFT JOIN reconcile__foreign_ids AS alien ON alien.upload_id = upload.upload_id
),
-- A host may stand in the registry under another number of its own than its folder does.
hosted AS (
    SELECT DISTINCT upload.folder_no, member.canonical_no
    FROM reconcile__uploads AS upload
    LEFT JOIN roster__renumberings AS folder ON folder.old_no = upload.folder_no
    CROSS JOIN roster__services AS service
    LEFT JOIN roster__renumberings AS host ON host.old_no = service.host_municipality_no
    JOIN roster__service_members AS member ON member.service_id = service.service_id
    WHERE coalesce(host.canonical_no, service.host_municipality_no) = coalesce(folder.canonical_no, upload.folder_no)
),
named AS (
    SELECT DISTINCT row.folder_no, row.municipality_no, row.district_no, entry.entry_id
    FROM (SELECT DISTINCT upload_id, folder_no, municipality_no, district_no FROM counted WHERE municipality_no IS NOT NULL) AS row
    JOIN roster__entries AS entry
      ON entry.canonical_no = row.municipality_no
     AND (row.district_no IS NULL OR entry.district_no = row.district_no OR entry.district_no = '')
    WHERE EXISTS (FROM hosted WHERE hosted.folder_no = row.folder_no AND hosted.canonical_no = row.municipality_no)
       OR EXISTS (FROM reconcile__answers AS spoken
                  WHERE spoken.upload_id = row.upload_id AND spoken.canonical_no = row.municipality_no)
    QUALIFY rank() OVER (PARTITION BY row.folder_no, row.municipality_no, row.district_no
                         ORDER BY coalesce(entry.district_no = row.district_no, true) DESC) = 1
),
unnamed AS (
    SELECT DISTINCT row.upload_id, row.district_no, spoken.entry_id
    FROM (SELECT DISTINCT upload_id, district_no FROM counted WHERE municipality_no IS NULL) AS row
    JOIN reconcile__answers AS spoken ON spoken.upload_id = row.upload_id
    WHERE row.district_no IS NULL OR spoken.district_no = row.district_no OR spoken.district_no = ''
    QUALIFY rank() OVER (PARTITION BY row.upload_id, row.district_no, spoken.canonical_no
                         ORDER BY row.district_no IS NOT NULL AND coalesce(spoken.district_no = row.district_no, false) DESC) = 1
),
pools AS (
    SELECT folder_no, NULL AS upload_id, municipality_no, district_no, list(entry_id ORDER BY entry_id) AS entries
    FROM named GROUP BY ALL
    UNION ALL
    SELECT NULL, upload_id, NULL, district_no, list(entry_id ORDER BY entry_id) FROM unnamed GROUP BY ALL
),
placed AS (
    SELECT counted.*, coalesce(pools.entries, []) AS entries
    FROM counted
    LEFT JOIN pools
      ON pools.municipality_no IS NOT DISTINCT FROM counted.municipality_no
     AND pools.district_no IS NOT DISTINCT FROM counted.district_no
     AND CASE WHEN counted.municipality_no IS NULL THEN pools.upload_id = counted.upload_id
              ELSE pools.folder_no = counted.folder_no END
),
replaced AS (
    SELECT earlier_id, later_id, min(later_arrival) AS later_arrival, from_utc, to_utc, list(entry_id) AS entries
    FROM reconcile__supersedes
    GROUP BY earlier_id, later_id, from_utc, to_utc
)
SELECT placed.*, arg_min(replaced.later_id, replaced.later_arrival) AS superseded_by
FROM placed
LEFT JOIN replaced
  ON replaced.earlier_id = placed.upload_id
 AND placed.received_utc >= replaced.from_utc AND placed.received_utc < replaced.to_utc
 AND list_has_all(replaced.entries, placed.entries)
GROUP BY ALL
ORDER BY row_no;
