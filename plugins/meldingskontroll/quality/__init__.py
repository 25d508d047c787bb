"""Checks that the results hold together. A check fails only on a defect of ours or of the portal's extract."""
