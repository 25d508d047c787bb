-- The bin, e^(1/2) wide, of a delay in milliseconds from message to registration, both as they stand on the line where matching puts a registration 30 s late; -1 where the registration was in truth the earlier.
CREATE OR REPLACE MACRO delay_bin(delay_ms) AS
    CASE WHEN delay_ms < 27000 THEN -1 ELSE least(25, floor(2 * ln(greatest(1, (delay_ms - 30000) / 1000.0)))::BIGINT) END;
