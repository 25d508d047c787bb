"""Every override as it was given, and what became of it."""

from __future__ import annotations

from pathlib import Path

from support.healthy import LARVIK, OSLO
from support.judged import changed, judged
from support.overridden import SAID, overridden

EFFECTS = "SELECT source_row, effect FROM verification__overrides ORDER BY source_row"
UNKNOWN_SYSTEM = changed("roster__entries", OSLO, case_system="UKJENT")


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        assert connection.execute("SELECT * FROM verification__overrides").fetchall() == []


def test_one_that_is_needed_applies_and_says_what_it_stands_in_place_of(tmp_path: Path) -> None:
    with overridden(tmp_path, f"0301;05;CASE_SYSTEM_KNOWN;{SAID}", **UNKNOWN_SYSTEM) as connection:
        (row,) = connection.execute(
            "SELECT entry_id, effect, original_reason, decided_by, decided_on::VARCHAR FROM verification__overrides"
        ).fetchall()
    assert row == (OSLO, "APPLIED", "CASE_SYSTEM_UNKNOWN", "Kari Ås", "2023-06-20")


def test_one_for_what_is_met_anyway_for_nobody_or_for_later_has_no_effect(tmp_path: Path) -> None:
    lines = (
        f"0301;05;FIX_INSTALLED;{SAID}",
        f"0301;99;CASE_SYSTEM_KNOWN;{SAID}",
        "0301;05;CASE_SYSTEM_KNOWN;loggen er ødelagt;Kari Ås;2023-07-02",
    )
    with overridden(tmp_path, *lines, **UNKNOWN_SYSTEM) as connection:
        assert connection.execute(EFFECTS).fetchall() == [(2, "NOT_NEEDED"), (3, "OUTSIDE_ROSTER"), (4, "NOT_YET")]
        met = "SELECT met FROM verification__requirements WHERE entry_id = $e AND requirement = 'CASE_SYSTEM_KNOWN'"
        assert connection.execute(met, {"e": OSLO}).fetchone() == (False,)


def test_of_two_for_the_same_the_later_counts_and_one_that_is_yet_to_come_hides_none(tmp_path: Path) -> None:
    lines = (
        "0301;05;CASE_SYSTEM_KNOWN;den første;Kari Ås;2023-06-20",
        "0301;05;CASE_SYSTEM_KNOWN;den andre;Ola Nordmann;2023-06-20",
        "0301;05;CASE_SYSTEM_KNOWN;den tidligste;Kari Ås;2023-06-19",
        "0301;05;CASE_SYSTEM_KNOWN;den som kommer;Kari Ås;2024-01-01",
    )
    with overridden(tmp_path, *lines, **UNKNOWN_SYSTEM) as connection:
        found = connection.execute(EFFECTS).fetchall()
        rows = connection.execute("SELECT count(*) FROM verification__requirements WHERE reason = 'OVERRIDDEN'")
        assert rows.fetchone() == (1,)
    assert found == [(2, "SUPERSEDED"), (3, "APPLIED"), (4, "SUPERSEDED"), (5, "NOT_YET")]


def test_one_under_a_number_that_the_municipality_had_or_got_is_its_own(tmp_path: Path) -> None:
    unknown = changed("roster__entries", LARVIK, case_system="UKJENT")
    lines = (f"0712;;CASE_SYSTEM_KNOWN;{SAID}", f"3805;;CASE_SYSTEM_KNOWN;{SAID}")
    with overridden(tmp_path, *lines, **unknown) as connection:
        assert connection.execute(EFFECTS).fetchall() == [(2, "SUPERSEDED"), (3, "APPLIED")]
    with overridden(tmp_path, lines[0], **unknown) as connection:
        found = connection.execute("SELECT municipality_no, effect FROM verification__overrides").fetchall()
    assert found == [("3805", "APPLIED")]
