"""Sets the portal's messages against the municipalities' registrations: coverage, clock, matching, bounds."""
