-- Each row is one requirement that is met by a named person's override only, and what the evidence says of it.
CREATE OR REPLACE TABLE release__overrides AS
SELECT
    municipality_no, district_no, requirement, reason, decided_by, CAST(decided_on AS VARCHAR) AS decided_on, original_reason
FROM verification__overrides
WHERE effect = 'APPLIED';
