"""Why one message has its outcome: its neighbours, its alternatives, the clocks, the coverage, the files."""
