from __future__ import annotations

from support.stages import yielded

AMBIGUITY = "SELECT * FROM (VALUES ('a', 0.0), ('b', 0.02), ('c', 1.0), ('d', 3.0)) AS t(entry_id, hidden_mean)"
ENTRIES = "SELECT unnest(['a', 'b', 'c', 'd', 'e']) AS entry_id"


def test_the_upper_bound_is_the_97_5_percent_quantile_of_a_poisson_number() -> None:
    tables = {"reconcile__ambiguity": AMBIGUITY, "roster__entries": ENTRIES}
    assert yielded("reconcile", "hidden", tables) == [("a", 0), ("b", 0), ("c", 3), ("d", 7), ("e", 0)]
