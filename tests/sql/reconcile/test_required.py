from __future__ import annotations

from support.scene import Scene


def test_the_required_period_ends_the_freshness_before_as_of_or_when_the_entry_ended() -> None:
    scene = Scene(as_of="2023-07-01T12:00:00")
    lasting, ended = scene.place("1811"), scene.place("1812", until="2023-03-01T00:00:00")
    result = scene.reconcile()
    assert result.stretches("reconcile__required", lasting) == [("2023-01-01T00:00:00", "2023-06-24T12:00:00")]
    assert result.stretches("reconcile__required", ended) == [("2023-01-01T00:00:00", "2023-03-01T00:00:00")]


def test_an_entry_younger_than_the_freshness_requires_no_time() -> None:
    scene = Scene(as_of="2023-07-01T12:00:00")
    young = scene.place("1811", since="2023-06-25T00:00:00")
    assert scene.reconcile().stretches("reconcile__required", young) == []
