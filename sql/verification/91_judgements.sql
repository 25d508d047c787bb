-- Each row is one (roster entry, requirement) as the evidence judges it, with its reason and its evidence.
CREATE OR REPLACE TABLE verification__judgements AS
SELECT entry_id, municipality_no, district_no, requirement, met, reason, evidence FROM verification__case_system_known
UNION ALL BY NAME SELECT * FROM verification__fix_installed
UNION ALL BY NAME SELECT * FROM verification__portal_covered
UNION ALL BY NAME SELECT * FROM verification__log_covered
UNION ALL BY NAME SELECT * FROM verification__losses_followed_up
UNION ALL BY NAME SELECT * FROM verification__clean_since_fix
UNION ALL BY NAME SELECT * FROM verification__survey_answered
UNION ALL BY NAME SELECT * FROM verification__survey_agrees
UNION ALL BY NAME SELECT * FROM verification__deviation_reported;
