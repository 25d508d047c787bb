from __future__ import annotations

from typing import Any

from support.scene import Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-05-01T00:00:00"), "exported_utc": "2023-05-02T00:00:00"}
LATE = {"period": ("2023-04-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}


def supersedes(earlier: dict[str, Any], later: dict[str, Any]) -> list[tuple[Any, ...]]:
    scene = Scene()
    place = scene.place("0301")
    scene.place("1103")
    one, two = place.upload("one.csv", **(EARLY | earlier)), place.upload("two.csv", **(LATE | later))
    names = {one.sha256: "one", two.sha256: "two"}
    columns = "split_part(earlier_id, '/', 2), split_part(later_id, '/', 2), entry_id, from_utc::DATE, to_utc::DATE"
    found = scene.reconcile().table("reconcile__supersedes", columns)
    return [(names[a], names[b], entry, f"{begin}", f"{end}") for a, b, entry, begin, end in found]


def test_a_later_file_replaces_an_earlier_one_for_the_period_that_both_declare() -> None:
    assert supersedes({}, {}) == [("one", "two", "0301", "2023-04-01", "2023-05-01")]


def test_later_is_by_export_not_by_name() -> None:
    found = supersedes({"exported_utc": "2023-06-03T00:00:00"}, {})
    assert found == [("two", "one", "0301", "2023-04-01", "2023-05-01")]


def test_files_of_different_systems_or_places_or_periods_never_replace_each_other() -> None:
    assert supersedes({"format": "svarinn_importer"}, {}) == []
    assert supersedes({"case_system": "DIPS_BARNEVERN"}, {}) == []
    assert supersedes({"speaks_municipalities": ["1103"]}, {}) == []
    assert supersedes({"period": None}, {}) == [] and supersedes({}, {"period": None}) == []
    assert supersedes({"period": ("2023-01-01T00:00:00", "2023-04-01T00:00:00")}, {}) == []


def test_a_file_that_only_touches_an_entry_through_rows_of_some_districts_does_not_replace() -> None:
    assert supersedes({}, {"speaks_districts": ["05"]}) == []
