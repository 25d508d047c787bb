from __future__ import annotations

from typing import Any

from support.scene import Place, Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-05-01T00:00:00"), "exported_utc": "2023-05-02T00:00:00"}
LATE = {"period": ("2023-02-01T00:00:00", "2023-03-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}


def proof(place: Place) -> list[tuple[Any, ...]]:
    found = place.scene.reconcile().table(
        "reconcile__proof", "upload_id, from_utc::DATE::VARCHAR, to_utc::DATE::VARCHAR"
    )
    names = {f"{upload.folder_no}/{upload.sha256}": upload.name for upload in place.uploads}
    return [(names[upload], begin, end) for upload, begin, end in found]


def test_a_declared_period_is_proof_and_an_undeclared_or_miscounted_one_is_not() -> None:
    place = Scene().place("1811").send_each("a")
    place.upload("declared.csv", **EARLY).by_id("a")
    place.upload("undeclared.csv", period=None).by_id("a")
    place.upload("miscounted.csv", **EARLY | {"period_is_proof": False, "case_system": "DIPS_BARNEVERN"}).by_id("a")
    assert proof(place) == [("declared.csv", "2023-01-01", "2023-05-01")]


def test_a_later_file_takes_over_the_middle_of_an_earlier_ones_period() -> None:
    place = Scene().place("1811").send_each("a")
    place.upload("one.csv", **EARLY).by_id("a")
    place.upload("two.csv", **LATE).by_id("a")
    assert sorted(proof(place)) == [
        ("one.csv", "2023-01-01", "2023-02-01"), ("one.csv", "2023-03-01", "2023-05-01"),
        ("two.csv", "2023-02-01", "2023-03-01"),
    ]  # fmt: skip


def test_an_empty_log_proves_a_period_only_if_the_portal_sent_nothing_in_it() -> None:
    place = Scene().place("1811").send("a", "2023-04-01T10:00:00")
    place.upload("one.csv", period=EARLY["period"])
    assert proof(place) == []
    quiet = Scene().place("1811").send("a", "2023-05-01T00:00:00")
    quiet.upload("one.csv", period=EARLY["period"])
    assert proof(quiet) == [("one.csv", "2023-01-01", "2023-05-01")]


def test_a_file_for_one_district_proves_nothing_for_the_municipality() -> None:
    place = Scene().place("0301").send_each("a")
    place.upload("one.csv", **EARLY, speaks_districts=["05"]).by_id("a")
    assert proof(place) == []
