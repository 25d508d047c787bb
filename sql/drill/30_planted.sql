-- Each row is a planted loss: a few messages, far apart, of a few entries of each way of matching, chosen by their hash so that every run chooses alike.
CREATE OR REPLACE TABLE drill__planted AS
WITH entries AS (
    SELECT entry_id, way, count(*) AS plantable FROM drill__plantable GROUP BY entry_id, way
    QUALIFY row_number() OVER (PARTITION BY way ORDER BY count(*) >= 20 DESC, md5(entry_id)) <= 3
),
spread AS (
    SELECT plantable.*, ntile(3) OVER (PARTITION BY plantable.entry_id ORDER BY sent_at_utc, message_id) AS third, entries.plantable
    FROM drill__plantable AS plantable
    JOIN entries ON entries.entry_id = plantable.entry_id
)
SELECT entry_id, way, message_id, upload_sha256, file_row
FROM spread
QUALIFY row_number() OVER (
    PARTITION BY entry_id, CASE WHEN plantable < 20 THEN 0 ELSE third END ORDER BY md5(message_id::VARCHAR)
) = 1
ORDER BY entry_id, message_id;
