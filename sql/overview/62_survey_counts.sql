-- The one row holds the survey's counts: of all that came, and of the answers that were neither discarded nor superseded.
CREATE OR REPLACE TABLE overview__survey_counts AS
WITH counting AS (
    SELECT *, CASE WHEN missing = 'nei' THEN 0 ELSE coalesce(stated, 0) END AS losses
    FROM survey__answers
    WHERE NOT discarded AND NOT superseded
),
said_twice AS (
    SELECT
        answer_id,
        bool_or(counts_nowhere) AS counts_nowhere,
        sum(coalesce(stated, stated_by_counted, 0)) FILTER (counted IS DISTINCT FROM TRUE) AS losses
    FROM overview__survey_shares
    GROUP BY answer_id
),
counted_once AS (
    SELECT
        counting.losses - CASE
            WHEN said_twice.counts_nowhere THEN counting.losses
            ELSE least(counting.losses, coalesce(said_twice.losses, 0))
        END AS losses
    FROM counting
    LEFT JOIN said_twice ON said_twice.answer_id = counting.answer_id
)
SELECT
    (SELECT count(*) FROM survey__answers) AS received,
    count(*) AS answers,
    (SELECT count(*) FROM survey__answers WHERE discarded) AS discarded,
    count(*) FILTER (
        list_contains(list_transform(list_zip(case_systems, integrated), lambda pair: pair[1] || '=' || pair[2]), 'VISMA_FAMILIA=ja')
    ) AS could_be_affected,
    count(*) FILTER (missing IN ('ja_kjent', 'ja_ukjent')) AS with_losses,
    coalesce(sum(losses), 0)::BIGINT AS losses_stated,
    (SELECT coalesce(sum(losses), 0)::BIGINT FROM counted_once) AS losses,
    count(*) FILTER (missing = 'ja_kjent') AS missing_ja_kjent,
    count(*) FILTER (missing = 'ja_ukjent') AS missing_ja_ukjent,
    count(*) FILTER (missing = 'nei') AS missing_nei,
    count(*) FILTER (missing = 'vet_ikke') AS missing_vet_ikke,
    count(*) FILTER (routines = 'ja') AS routines_ja,
    count(*) FILTER (routines = 'nei') AS routines_nei,
    count(*) FILTER (routines = 'vet_ikke') AS routines_vet_ikke,
    count(*) FILTER (deviation = 'ja') AS deviation_ja,
    count(*) FILTER (deviation = 'nei') AS deviation_nei,
    count(*) FILTER (deviation = 'vet_ikke') AS deviation_vet_ikke,
    count(*) FILTER (list_contains(informed, 'direkte_personer')) AS informed_direkte_personer,
    count(*) FILTER (list_contains(informed, 'ikke_noe')) AS informed_ikke_noe,
    count(*) FILTER (list_contains(informed, 'direkte_tjenester')) AS informed_direkte_tjenester,
    count(*) FILTER (list_contains(informed, 'lokal_media')) AS informed_lokal_media,
    count(*) FILTER (list_contains(informed, 'andre_måter')) AS informed_andre_måter,
    count(*) FILTER (len(other_missing) > 0) AS other_missing
FROM counting;
