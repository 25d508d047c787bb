"""What disturbs a whole log: a system that was down and then takes in all that waited, kinds recorded as the other."""

from __future__ import annotations

import numpy as np


def after_outages(rng: np.random.Generator, sent: np.ndarray, received: np.ndarray, outages: int) -> np.ndarray:
    """The times of receipt (s) when the system went down that often, whenever a message was sent, for 2 to 10 h.

    All that would have been received while it was down is received in the order of sending when it is up again, one
    after the other within a second or two.
    """
    moved = received.astype(float)
    if not sent.size:
        return moved
    for _ in range(outages):
        begin = float(sent[rng.integers(sent.size)])
        end = begin + float(rng.uniform(2, 10)) * 3600
        waiting = np.flatnonzero((moved >= begin) & (moved < end))
        moved[waiting] = end + np.cumsum(rng.uniform(0, 2, waiting.size))
    return moved


def of_the_other_kind(rng: np.random.Generator, public: np.ndarray, share: float) -> np.ndarray:
    """Whether each registration says public, where a share of them says the other kind than the portal."""
    return public ^ (rng.uniform(size=public.size) < share) if share else public
