from __future__ import annotations

from typing import Any

from support.scene import Scene

PERIOD = ("2023-01-01T00:00:00", "2023-08-01T00:00:00")


def uploads(*declared: dict[str, Any]) -> list[tuple[Any, ...]]:
    scene = Scene(as_of="2023-07-01T12:00:00")
    place = scene.place("1811")
    for number, one in enumerate(declared):
        place.upload(f"{number}.csv", **({"period": PERIOD} | one))
    return sorted(scene.reconcile().table("reconcile__uploads", "file_name, source, to_utc::VARCHAR, arrival"))


def test_a_period_reaches_no_further_than_the_export_and_as_of() -> None:
    exported = {"exported_utc": "2023-06-01T10:00:00", "exported_until_utc": "2023-06-01T22:00:00"}
    assert [row[2] for row in uploads({}, exported)] == ["2023-07-01 12:00:00", "2023-06-01 22:00:00"]


def test_a_period_that_is_not_declared_has_no_end() -> None:
    assert uploads({"period": None, "exported_until_utc": "2023-06-01T22:00:00"})[0][2] is None


def test_what_was_rejected_repeats_the_same_bytes_or_was_exported_after_as_of_does_not_count() -> None:
    assert uploads({"status": "rejected"}, {"same_bytes_as": "x"}, {"exported_utc": "2023-07-01T12:00:01"}) == []


def test_the_importers_log_is_a_source_of_its_own() -> None:
    importer, named = {"format": "svarinn_importer"}, {"case_system": "SVARINN_IMPORTER"}
    assert [row[1] for row in uploads(importer, named, {})] == ["SVARINN_IMPORTER", "SVARINN_IMPORTER", "VISMA_FAMILIA"]


def test_files_are_ordered_by_export_else_by_arrival() -> None:
    late = {"exported_utc": "2023-06-20T00:00:00", "arrived_utc": "2023-06-21T00:00:00"}
    early = {"exported_utc": "2023-06-10T00:00:00", "arrived_utc": "2023-06-30T00:00:00"}
    between = {"arrived_utc": "2023-06-15T00:00:00"}
    assert [row[3] for row in uploads(late, early, between)] == [3, 1, 2]
