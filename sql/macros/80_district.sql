-- A district as two digits; empty and "00" both mean no district and give the empty string.
CREATE OR REPLACE MACRO district(written) AS
    CASE WHEN coalesce(trim(written), '') IN ('', '0', '00') THEN '' ELSE lpad(trim(written), 2, '0') END;
