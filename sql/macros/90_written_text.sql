-- A written value without surrounding blanks; NULL when nothing is left.
CREATE OR REPLACE MACRO written_text(written) AS nullif(trim(written), '');
