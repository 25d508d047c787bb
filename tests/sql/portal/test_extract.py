from __future__ import annotations

from typing import Any

from support.stages import portal_stage

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ROW = {"bekymringsmeldingId": ONE, "bydelRessursId": ONE, "innsendt": "2022-03-01T09:00:00", "kanal": "FIKS_IO"}
COUNTS = "unique_ids, rows_read, invalid_rows, conflicting_ids, repeated_rows"


def extract(
    columns: str, rows: list[dict[str, str]], rejected: tuple[int, ...] = (), **manifest: Any
) -> tuple[Any, ...]:
    with portal_stage(rows, rejected_rows=rejected, **manifest) as connection:
        found = connection.execute(f"SELECT {columns} FROM portal__extract").fetchall()  # noqa: S608
    assert len(found) == 1
    return tuple(found[0])


def test_what_the_extract_holds_is_counted() -> None:
    rows = [ROW, ROW, ROW | {"bekymringsmeldingId": TWO}, ROW | {"bekymringsmeldingId": "x"}]
    assert extract(COUNTS, rows, rejected=(9,)) == (2, 5, 2, 0, 1)


def test_an_id_with_different_contents_is_counted_as_conflicting() -> None:
    assert extract(COUNTS, [ROW, ROW | {"kanal": "SVARINN"}]) == (1, 2, 0, 1, 1)


def test_an_empty_extract_has_no_message_and_still_its_one_row() -> None:
    assert extract(COUNTS, []) == (0, 0, 0, 0, 0)


def test_without_a_manifest_nothing_is_declared() -> None:
    nothing = {
        "manifest_problem": "MISSING",
        "from_date": None,
        "to_date": None,
        "extracted": None,
        "declared_total": None,
    }
    assert extract("declared, problem, from_utc, to_utc, declared_total", [ROW], **nothing) == (
        False, "MISSING", None, None, None,
    )  # fmt: skip


def test_an_extract_cannot_cover_a_time_after_it_was_made() -> None:
    dates = {"from_date": "2020-09-01", "to_date": "2023-07-01", "extracted": "2023-06-15T12:00:00"}
    begin, end = extract("from_utc, to_utc", [ROW], **dates)
    assert (begin.isoformat(), end.isoformat()) == ("2020-08-31T22:00:00", "2023-06-15T10:00:00")


def test_an_extract_made_on_a_day_without_a_time_covers_that_day() -> None:
    dates = {"to_date": "2023-07-10", "extracted": "2023-06-15"}
    assert extract("to_utc", [ROW], **dates)[0].isoformat() == "2023-06-15T22:00:00"
