-- Whether a written time carries a zone of its own: Z or an offset after a time of day.
CREATE OR REPLACE MACRO has_offset(written) AS
    regexp_matches(trim(written), '[0-9]{1,2}:[0-9]{2}.*(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$');
