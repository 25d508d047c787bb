"""What is claimed to be fast, measured in one run: each figure beside a floor or a peer, never a timed test."""
