-- Each row is one kind of problem in one file of answers or of follow-up: how many rows it touches, and the first of them.
CREATE OR REPLACE TABLE overview__survey_problems AS
SELECT
    source_file,
    code,
    count(*) AS problems,
    coalesce(list_sort(list(source_row) FILTER (source_row IS NOT NULL))[1:10], []::BIGINT[]) AS first_rows
FROM survey__problems
GROUP BY source_file, code
ORDER BY source_file, code;
