-- The density per second that a registration is entered a second time after so many seconds: mostly within minutes, one in ten whenever.
CREATE OR REPLACE MACRO repeat_density(seconds) AS
    0.9 * exp(-0.5 * power(ln(greatest(1, seconds) / 600) / 1.4, 2)) / (greatest(1, seconds) * 1.4 * sqrt(2 * pi())) + 0.1 / 144000;
