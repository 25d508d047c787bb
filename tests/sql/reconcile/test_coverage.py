from __future__ import annotations

from support.scene import Scene
from support.stages import DEADLINE, yielded

TRIMMED = "SELECT 'a' AS entry_id, TIMESTAMP '{}' AS from_utc, TIMESTAMP '{}' AS to_utc"
SILENCES = "SELECT 'a' AS entry_id, TIMESTAMP '{}' AS from_utc, TIMESTAMP '{}' AS to_utc"


def coverage(trimmed: tuple[str, str], silence: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    tables = {
        "reconcile__trimmed": TRIMMED.format(*trimmed),
        "reconcile__silences": SILENCES.format(*(silence or trimmed)) + ("" if silence else " WHERE false"),
    }
    columns = "from_utc::VARCHAR, to_utc::VARCHAR"
    return yielded("reconcile", "coverage", tables, columns, deadline=DEADLINE["deadline"])  # type: ignore[return-value]


def test_the_last_deadline_of_a_period_is_not_proven() -> None:
    assert coverage(("2023-01-01", "2023-02-01")) == [("2023-01-01 00:00:00", "2023-01-30 08:00:00")]


def test_a_period_no_longer_than_the_deadline_proves_nothing() -> None:
    assert coverage(("2023-01-01", "2023-01-02 16:00:00")) == []
    assert coverage(("2023-01-01", "2023-01-02 16:00:01")) == [("2023-01-01 00:00:00", "2023-01-01 00:00:01")]


def test_a_silent_stretch_is_left_out() -> None:
    assert coverage(("2023-01-01", "2023-02-01"), ("2023-01-10", "2023-01-20")) == [
        ("2023-01-01 00:00:00", "2023-01-10 00:00:00"), ("2023-01-20 00:00:00", "2023-01-30 08:00:00"),
    ]  # fmt: skip


def test_a_later_file_that_goes_on_from_there_proves_the_last_deadline_of_the_earlier() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-01-05T10:00:00").send("b", "2023-01-31T20:00:00")
    place.upload("one.csv", period=("2023-01-01T00:00:00", "2023-02-01T00:00:00")).by_id("a")
    alone = scene.reconcile()
    assert alone.outcomes(place) == {"a": "registered", "b": "unknown"}
    later = place.upload("two.csv", period=("2023-02-01T00:00:00", "2023-03-01T00:00:00"))
    later.row("2023-02-10T10:00:00", item_type="letter")
    both = scene.reconcile()
    assert both.stretches("reconcile__coverage", place) == [("2023-01-01T00:00:00", "2023-02-27T08:00:00")]
    assert both.called(place, "lost") == "b"
