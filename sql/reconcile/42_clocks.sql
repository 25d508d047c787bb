-- Each row is an upload with the reading of its clock that the data support: convention, seconds ahead of the portal, what it was measured against.
CREATE OR REPLACE TABLE reconcile__clocks AS
WITH sizes AS (
    SELECT upload_id, count(*) FILTER (WHERE item_type = 'concern' AND channel IN ('portal', 'svarinn', 'manual')) AS rows, max(resolution_s) AS resolution_s,
           bool_or(received_local IS NULL) AS zoned
    FROM reconcile__registrations GROUP BY upload_id
),
judged AS (
    SELECT peak.*, sizes.rows, sizes.resolution_s,
           (peak.score >= 20 OR (peak.score >= 5 AND peak.reference = 'sent') OR (peak.score >= 3 AND peak.score >= 0.6 * sizes.rows))
               AND peak.score >= 0.25 * least(sizes.rows, $clock_sample_rows)
               AND peak.score >= 3.0 * peak.pairs * (5 * peak.width) / 18000.0 AS identified
    FROM reconcile__clock_peaks AS peak
    JOIN sizes ON sizes.upload_id = peak.upload_id
),
chosen AS (
    SELECT * FROM judged
    WHERE identified
    QUALIFY row_number() OVER (
        PARTITION BY upload_id
        ORDER BY width, score DESC, abs(bin), reference DESC, CASE convention WHEN 'zoned' THEN 0 WHEN 'oslo' THEN 1 WHEN 'utc' THEN 2 ELSE 3 END
    ) = 1
),
offsets AS (
    SELECT chosen.upload_id,
           quantile_cont(sample.difference_s, 0.01)
               + CASE WHEN chosen.resolution_s > 1 THEN chosen.resolution_s / 2.0 ELSE 0 END AS offset_s
    FROM chosen
    JOIN reconcile__clock_samples AS sample
      ON sample.upload_id = chosen.upload_id AND sample.convention = chosen.convention AND sample.reference = chosen.reference
     AND sample.difference_s BETWEEN chosen.bin * chosen.width - 3 * chosen.width AND chosen.bin * chosen.width + 12 * chosen.width
    GROUP BY chosen.upload_id, chosen.resolution_s
)
SELECT
    sizes.upload_id,
    coalesce(chosen.convention, CASE WHEN sizes.zoned THEN 'zoned' ELSE 'oslo' END) AS convention,
    chosen.upload_id IS NOT NULL AS identified,
    coalesce(chosen.reference, 'sent') AS reference,
    round(offsets.offset_s)::BIGINT AS offset_s,
    sizes.resolution_s,
    chosen.width,
    chosen.score,
    chosen.pairs
FROM sizes
LEFT JOIN chosen ON chosen.upload_id = sizes.upload_id
LEFT JOIN offsets ON offsets.upload_id = sizes.upload_id
ORDER BY sizes.upload_id;
