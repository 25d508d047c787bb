"""A synthetic nation with a known truth, and the simulated portal. Nothing here is about real events or persons."""
