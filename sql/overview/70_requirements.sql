-- Each row is one requirement of one roster entry, in the order of the entries.
CREATE OR REPLACE TABLE overview__requirements AS
SELECT entry_id, requirement, coalesce(met, FALSE) AS met, reason, evidence
FROM verification__requirements
ORDER BY entry_id, requirement;
