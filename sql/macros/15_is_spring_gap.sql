-- Whether a wall-clock time falls in the hour that Norwegian time leaves out: 02:00-02:59:59 on the last Sunday of March.
CREATE OR REPLACE MACRO is_spring_gap(wall) AS
    month(wall) = 3 AND day(wall) >= 25 AND isodow(wall) = 7 AND hour(wall) = 2;
