"""What is linked, however far, is one group."""

from __future__ import annotations

from support.stages import yielded


def groups(links: list[tuple[str, str]]) -> dict[object, object]:
    both = {*links, *((other, one) for one, other in links)}
    values = ", ".join(f"('{one}', '{other}')" for one, other in sorted(both)) or "('', '')"
    where = "" if both else " WHERE false"
    tables = {"reconcile_buckets__links": f"FROM (VALUES {values}) AS t(one, other){where}"}
    return dict(yielded("reconcile_buckets", "groups", tables))


def test_where_there_is_no_link_there_is_no_group() -> None:
    assert groups([]) == {}


def test_a_long_chain_is_one_group_named_by_its_first_and_what_stands_alone_is_its_own() -> None:
    nodes = [f"entry/{number:04d}" for number in range(60)]
    chain = list(zip(nodes[1:], nodes, strict=False))
    found = groups([*chain, ("entry/9999", "entry/9999"), ("entry/9000", "service/T9")])
    assert {found[node] for node in nodes} == {"entry/0000"}
    assert found["entry/9999"] == "entry/9999"
    assert found["service/T9"] == found["entry/9000"] == "entry/9000"


def test_a_ring_with_a_tail_comes_to_an_end() -> None:
    found = groups([("d", "c"), ("c", "b"), ("b", "d"), ("a", "c"), ("f", "e")])
    assert found == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e", "f": "e"}
