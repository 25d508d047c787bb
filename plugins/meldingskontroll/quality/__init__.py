"""Checks the results of every run, and the checker itself: suites of expectations, and the planted-loss drill."""
