-- A naive UTC time as the outputs write it: ISO 8601 with Z.
CREATE OR REPLACE MACRO iso_z(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%SZ');
