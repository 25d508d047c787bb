-- Whether a Norwegian wall-clock time falls in the hour that occurs twice: 02:00-02:59:59 on the last Sunday of October.
CREATE OR REPLACE MACRO is_autumn_fold(wall) AS
    month(wall) = 10 AND day(wall) >= 25 AND isodow(wall) = 7 AND hour(wall) = 2;
