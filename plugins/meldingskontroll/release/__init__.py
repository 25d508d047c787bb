"""From results to the decision on deletion."""
