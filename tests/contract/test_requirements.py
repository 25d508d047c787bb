"""When each requirement is met: the fix, the time since, losses followed up, deviation reported (contract §2).

Every case sends `a b c d`, four days apart from 10 January; logs declare January to June unless said. `as_of` is
14:00 Norwegian time on 1 July 2023.
"""

from __future__ import annotations

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, Place

FIXES = {
    "23.2": ({"version": "23.2"}, True),
    "23.10 is more than 23.2": ({"version": "23.10"}, True),
    "23.2.1 is more than 23.2": ({"version": "23.2.1"}, True),
    "24.1 is more than 23.2": ({"version": "24.1"}, True),
    "23.1 is less": ({"version": "23.1"}, False),
    "22.9 is less": ({"version": "22.9"}, False),
    "unconfirmed": ({"by": "", "confirmed": ""}, False),
    "confirmed after the clock": ({"confirmed": "2023-07-01T14:00:01"}, False),
    "confirmed before the clock": ({"confirmed": "2023-07-01T13:59:59"}, True),
    "installed today": ({"installed": "2023-07-01"}, False),
    "installed tomorrow": ({"installed": "2023-07-02"}, False),
    "installed yesterday": ({"installed": "2023-06-30", "confirmed": "2023-07-01T10:00:00"}, True),
}
# The log's declared end is 16:00 on 10 June, so proof ends 40 h before: at midnight on the way to 9 June.
# A date counts from its end: 1 June + 7 x 24 h is exactly that midnight.
CLEAN = {
    "clean since 1 June": ("2023-06-01", True),
    "clean since 2 June": ("2023-06-02", False),
    "clean since midnight": ("2023-06-02T00:00:00", True),
    "clean since a second past midnight": ("2023-06-02T00:00:01", False),
}


def lossy(folder: Folder, name: str, lost: str = "b") -> Place:
    place = folder.place(name)
    place.send_each("a b c d")
    place.log(place.rows(" ".join(letter for letter in "abcd" if letter not in lost)))
    return place


def build(folder: Folder) -> None:
    for name, (fix, _) in FIXES.items():
        place = lossy(folder, name, lost="")
        place.fix(**fix)
    for name, (installed, _) in CLEAN.items():
        place = folder.place(name)
        place.send_each("a b c d")
        place.log(place.rows("a b c d"), periode_til="2023-06-10T16:00:00")
        place.fix(installed=installed)
    place = lossy(folder, "two fixes, one confirmed", lost="")
    place.fix(version="23.2", installed="2023-05-01", by="", confirmed="")
    place.fix(version="23.3", installed="2023-06-01")
    place = lossy(folder, "loss before the fix")
    place.fix(installed="2023-01-20")
    place = lossy(folder, "loss after the fix", lost="c")
    place.fix(installed="2023-01-16")
    place = folder.place("no log since the fix")
    place.send_each("a b c d")
    place.fix()
    ended = folder.place("integration ended", end="2023-03-01")
    ended.send_each("a b c d")
    ended.log(ended.rows("a b c d"))
    ends_later = folder.place("integration ends after the clock", end="2023-08-01")
    ends_later.send_each("a b c d")
    ends_later.log(ends_later.rows("a b c d"))
    followed(folder)


def followed(folder: Folder) -> None:
    for measure in ("gjenopprettet", "meldt_på_nytt", "ikke_mulig_å_gjenopprette"):
        place = lossy(folder, measure)
        place.follow_up(measure, place.messages["b"].id)
        place.follow_up("avvik_meldt_datatilsynet")
    place = lossy(folder, "only told the public")
    place.follow_up("offentlig_varslet", place.messages["b"].id)
    place = lossy(folder, "followed another message")
    place.follow_up("gjenopprettet", place.messages["a"].id)
    place = lossy(folder, "one of two followed up", lost="bd")
    place.follow_up("gjenopprettet", place.messages["b"].id)
    place = lossy(folder, "another municipality's deviation")
    place.follow_up("gjenopprettet", place.messages["b"].id)
    lossy(folder, "no loss", lost="")
    lossy(folder, "loss and nothing done")


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


@pytest.mark.parametrize("name", list(FIXES))
def test_the_fix_counts_by_version_confirmation_and_clock(answer: Answer, name: str) -> None:
    """At least 23.2, number by number; confirmed and installed before `as_of`, a date counting from its end."""
    assert answer.met(name, "FIX_INSTALLED") is FIXES[name][1]


def test_one_confirmed_fix_is_enough(answer: Answer) -> None:
    assert answer.met("two fixes, one confirmed", "FIX_INSTALLED")


@pytest.mark.parametrize("name", list(CLEAN))
def test_seven_whole_days_must_be_proven_since_the_fix(answer: Answer, name: str) -> None:
    assert answer.met(name, "FIX_INSTALLED")
    assert answer.met(name, "CLEAN_SINCE_FIX") is CLEAN[name][1]


def test_only_a_loss_after_the_fix_is_unclean(answer: Answer) -> None:
    """`b` was sent on 14 January, before the fix of the 20th; `c` on the 18th, after the fix of the 16th."""
    assert answer.count("loss before the fix", "lost") == answer.count("loss after the fix", "lost") == 1
    assert answer.met("loss before the fix", "CLEAN_SINCE_FIX")
    assert not answer.met("loss after the fix", "CLEAN_SINCE_FIX")


def test_silence_since_the_fix_is_not_clean(answer: Answer) -> None:
    assert answer.met("no log since the fix", "FIX_INSTALLED")
    assert not answer.met("no log since the fix", "CLEAN_SINCE_FIX")


def test_without_a_fix_neither_is_met(answer: Answer) -> None:
    for requirement in ("FIX_INSTALLED", "CLEAN_SINCE_FIX"):
        assert not answer.met("no loss", requirement)
        assert not answer.met("integration ends after the clock", requirement)


def test_an_ended_integration_needs_no_fix(answer: Answer) -> None:
    for requirement in ("FIX_INSTALLED", "CLEAN_SINCE_FIX"):
        row = answer.requirement("integration ended", requirement)
        assert (row["met"], row["reason"]) == ("true", "INTEGRATION_ENDED")


@pytest.mark.parametrize("name", ["gjenopprettet", "meldt_på_nytt", "ikke_mulig_å_gjenopprette"])
def test_each_of_three_measures_follows_a_loss_up(answer: Answer, name: str) -> None:
    assert answer.outcomes(name)["b"] == "lost"
    assert answer.met(name, "LOSSES_FOLLOWED_UP")
    assert answer.met(name, "DEVIATION_REPORTED")


@pytest.mark.parametrize(
    "name",
    ["only told the public", "followed another message", "one of two followed up", "loss and nothing done"],
)
def test_every_loss_must_be_followed_up(answer: Answer, name: str) -> None:
    assert not answer.met(name, "LOSSES_FOLLOWED_UP")


def test_a_municipality_with_losses_must_report_the_deviation_itself(answer: Answer) -> None:
    for name in ("another municipality's deviation", "loss and nothing done"):
        assert not answer.met(name, "DEVIATION_REPORTED")


def test_without_losses_there_is_nothing_to_follow_up_or_report(answer: Answer) -> None:
    for requirement in ("LOSSES_FOLLOWED_UP", "DEVIATION_REPORTED", "LOG_COVERED", "PORTAL_COVERED"):
        assert answer.met("no loss", requirement), requirement


def test_a_followed_up_loss_is_still_kept_and_still_lost(answer: Answer) -> None:
    assert answer.entry("gjenopprettet")["lost"] == "1"
    assert answer.clearance[answer.message("gjenopprettet", "b").id]["clearance"] == "keep"
