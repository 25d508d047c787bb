"""What the services answered and what was done about each loss, read and set against itself."""
