"""Messages that fall between two entries are named at the entry that they may belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from support.stages import columns_wanted, roster_stage

ONE = "11111111-1111-4111-8111-111111111111"
SPLIT = [{"old_no": "1507", "new_no": "1508"}, {"old_no": "1507", "new_no": "1580"}]
AS_OF = datetime(2024, 6, 1, 12)


def system(number: str, since: str, until: str = "", name: str = "VISMA_FAMILIA", district: str = "") -> dict[str, str]:
    place = {"kommunenummer": number, "bydelsnummer": district, "fagsystem": name}
    return place | {"integrert_fra": since, "integrert_til": until}


def unheld(place: tuple[str, str], sent: str, *systems: dict[str, str], **files: Any) -> list[tuple[Any, ...]]:
    """What is made of one message to the recipient of a place."""
    recipient = {"bydelRessursId": ONE, "kommunenummer": place[0], "bydelsnummer": place[1]}
    given = {"recipients": [recipient], "case_systems": systems, "successions": SPLIT} | files
    with roster_stage(
        as_of=AS_OF, messages=[{"message_id": ONE, "recipient_id": ONE, "sent_utc": sent}], **given
    ) as connection:
        made = {row[0] for row in connection.execute("DESCRIBE roster__unheld").fetchall()}
        assert made == columns_wanted("roster__unheld")
        return connection.execute("SELECT entry_id, reason, messages, listed_under FROM roster__unheld").fetchall()


WHOLE, DISTRICT = system("0301", "2021-01-01"), system("0301", "2022-01-01", district="05")
BETWEEN = [("0301-05", "DISTRICT_WITHOUT_SYSTEM", 1, "0301")]
ELSEWHERE = [("1507", "MESSAGES_UNDER_OTHER_NUMBER", 1, "1508")]
BEFORE, AFTER = system("1507", "2021-01-01", "2024-01-01"), system("1508", "2024-01-01")


def test_an_empty_roster_and_a_message_that_is_held_leave_nothing() -> None:
    assert unheld(("0301", "05"), "2021-06-01") == []
    assert unheld(("0301", "05"), "2022-06-01", WHOLE, DISTRICT) == []
    assert unheld(("0301", "06"), "2021-06-01", WHOLE, DISTRICT) == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2020-12-31 22:59:59", []),
        ("2020-12-31 23:00:00", BETWEEN),
        ("2021-12-31 22:59:59", BETWEEN),
        ("2021-12-31 23:00:00", []),
        ("2022-12-31 22:59:59", []),
        ("2022-12-31 23:00:00", BETWEEN),
        ("2023-06-30 22:00:00", []),
    ],
)
def test_a_district_of_which_only_the_municipality_says_what_it_used_is_named_for_just_that_time(
    sent: str, expected: list[tuple[Any, ...]]
) -> None:
    whole, district = WHOLE | {"integrert_til": "2023-07-01"}, DISTRICT | {"integrert_til": "2023-01-01"}
    assert unheld(("0301", "05"), sent, whole, district) == expected


def test_a_district_whose_own_system_was_another_is_known() -> None:
    other = system("0301", "2020-01-01", "2022-01-01", "DIPS_BARNEVERN", "05")
    assert unheld(("0301", "05"), "2021-06-01", WHOLE, DISTRICT, other) == []
    assert unheld(("0301", "05"), "2021-06-01", WHOLE, DISTRICT, other | {"integrert_til": "2021-06-01"}) == BETWEEN
    assert unheld(("0301", "05"), "2021-06-01", WHOLE, DISTRICT, other | {"integrert_fra": "2021-06-02"}) == BETWEEN
    assert unheld(("0301", "05"), "2021-06-01", WHOLE, DISTRICT, other | {"bydelsnummer": "06"}) == BETWEEN


@pytest.mark.parametrize(
    ("sent", "is_named"),
    [
        ("2021-05-31 21:59:59", False),
        ("2021-05-31 22:00:00", True),
        ("2021-06-30 22:00:00", True),
        ("2021-07-01 22:00:00", False),
    ],
)
def test_the_other_system_is_known_from_its_first_moment_until_its_last(sent: str, is_named: bool) -> None:
    """DIPS until June 2021 and again from 2 July, in the district, and in what was 1507."""
    for place, number, rows, between in (
        (("0301", "05"), "0301", (WHOLE, DISTRICT), BETWEEN),
        (("1508", ""), "1508", (BEFORE, AFTER), ELSEWHERE),
    ):
        first = system(number, "2020-01-01", "2021-06-01", "DIPS_BARNEVERN", place[1])
        again = system(number, "2021-07-02", "2022-01-01", "DIPS_BARNEVERN", place[1])
        assert unheld(place, sent, *rows, first, again) == (between if is_named else [])


def test_a_recipient_listed_under_the_number_of_after_a_split_is_named_at_the_entry_of_before_it() -> None:
    assert unheld(("1508", ""), "2023-06-01", BEFORE, AFTER) == ELSEWHERE
    assert unheld(("1508", ""), "2024-02-01", BEFORE, AFTER) == []
    assert unheld(("1508", ""), "2020-10-01", BEFORE, AFTER) == []
    assert unheld(("1508", ""), "2023-12-31 23:00:00", BEFORE, AFTER | {"integrert_fra": "2024-02-01"}) == []
    assert unheld(("1508", ""), "2023-06-01", BEFORE, AFTER, successions=[]) == []


def test_all_such_messages_are_counted_with_the_first_and_the_last() -> None:
    recipient = {"bydelRessursId": ONE, "kommunenummer": "1508"}
    sent = [f"2023-0{month}-01 10:00:00" for month in (3, 1, 2)]
    messages = [{"message_id": ONE[:-1] + str(no), "recipient_id": ONE, "sent_utc": at} for no, at in enumerate(sent)]
    with roster_stage(
        as_of=AS_OF, messages=messages, recipients=[recipient], case_systems=[BEFORE, AFTER], successions=SPLIT
    ) as connection:
        columns = "messages, first_sent_utc::VARCHAR, last_sent_utc::VARCHAR"
        found = connection.execute(f"SELECT {columns} FROM roster__unheld").fetchall()  # noqa: S608
    assert found == [(3, min(sent), max(sent))]


def test_a_recipient_listed_under_the_number_of_before_a_split_is_named_at_both_entries_of_after_it() -> None:
    found = unheld(("1507", ""), "2024-02-01", BEFORE, AFTER, system("1580", "2024-01-01"))
    assert [row[::3] for row in found] == [("1508", "1507"), ("1580", "1507")]


def test_a_recipient_whose_own_number_has_a_system_for_the_time_is_nobody_elses() -> None:
    dips = system("1508", "", "2024-01-01", "DIPS_BARNEVERN")
    assert unheld(("1508", ""), "2023-06-01", BEFORE, AFTER, dips) == []
    assert unheld(("1508", ""), "2023-06-01", BEFORE, AFTER, dips | {"bydelsnummer": "02"}) == ELSEWHERE
