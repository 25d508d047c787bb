-- Each row is one requirement that is unmet somewhere, with how many roster entries and municipalities it blocks.
CREATE OR REPLACE TABLE overview__unmet AS
SELECT
    requirement,
    count(*) AS entries,
    count(DISTINCT municipality_no) AS municipalities
FROM verification__requirements
WHERE met IS DISTINCT FROM TRUE
GROUP BY requirement
ORDER BY municipalities DESC, requirement;
