-- The density per second of a delay in seconds that is assumed before any is seen: most within a minute, one in twenty about 20 minutes, one in a hundred about 8 hours.
CREATE OR REPLACE MACRO usual_delay_density(seconds) AS list_sum(list_transform(
    [[0.94, 20, 1.0], [0.05, 1200, 1.4], [0.01, 28800, 1.2]],
    lambda part: part[1] * exp(-0.5 * power(ln(seconds / part[2]) / part[3], 2)) / (seconds * part[3] * sqrt(2 * pi()))
));
