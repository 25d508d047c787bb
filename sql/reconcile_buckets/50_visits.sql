-- Each row is a message that a registration of another bucket answers by id, with the bucket that has the registration.
CREATE OR REPLACE TABLE reconcile_buckets__visits AS
SELECT named.message_no, named.row_no, place.bucket
FROM reconcile__matches_by_id AS named
JOIN reconcile__registrations AS row ON row.row_no = named.row_no
JOIN reconcile_buckets__messages AS message ON message.message_no = named.message_no AND message.own
JOIN reconcile_buckets__places AS place ON place.kind = 'upload' AND place.name = row.upload_id
WHERE NOT named.superseded AND place.bucket IS DISTINCT FROM message.bucket
ORDER BY named.message_no;
