"""What a declared period proves, and what it does not (contract §1 "What a declared period proves", §2).

Every case uses ids, so that a missing message is missing and nothing else (`coverage_cases.py`). The required period is
[2022-12-31T23:00Z, 2023-06-24T12:00Z): from 1 January, Norwegian time, until `as_of` minus seven days.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.coverage_cases import build

START = datetime.fromisoformat("2022-12-31T23:00:00")
END = datetime.fromisoformat("2023-06-24T12:00:00")


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


def share(proven_from: str = "2022-12-31T23:00:00", proven_to: str = "2023-06-24T12:00:00") -> float:
    """The part of the required period that lies in [proven_from, proven_to), both in UTC."""
    return (datetime.fromisoformat(proven_to) - datetime.fromisoformat(proven_from)) / (END - START)


@pytest.mark.parametrize("name", ["header only, messages sent", "every row rejected, messages sent"])
def test_a_log_without_rows_proves_nothing_where_the_portal_sent_something(answer: Answer, name: str) -> None:
    assert answer.outcomes(name) == dict.fromkeys("ab", "unknown")
    assert answer.share(name) == 0
    assert not answer.met(name, "LOG_COVERED")


def test_a_log_without_rows_is_proof_where_the_portal_sent_nothing(answer: Answer) -> None:
    assert answer.share("header only, nothing sent") == 1
    assert answer.met("header only, nothing sent", "LOG_COVERED")
    assert answer.entry("header only, nothing sent")["sent"] == "0"


def test_a_log_without_rows_is_asked_about_its_own_period_only(answer: Answer) -> None:
    name = "header only, sent before its period"
    assert answer.outcomes(name) == dict.fromkeys("ab", "unknown")
    assert answer.share(name) == pytest.approx(share("2023-02-28T23:00:00"), abs=1e-6)


@pytest.mark.parametrize(("name", "missing"), [("end, 3 missing", "def"), ("beginning, 3 missing", "abc")])
def test_three_missing_at_an_end_cut_the_period_back(answer: Answer, name: str, missing: str) -> None:
    """A period that the file contradicts is not proof: nothing is lost, and it is not fully covered."""
    found = answer.outcomes(name)
    assert {letter for letter, outcome in found.items() if outcome == "unknown"} == set(missing)
    assert answer.losses(name) == (0, 0, 0)
    assert 0 < answer.share(name) < 1
    assert not answer.met(name, "LOG_COVERED")


def test_the_cut_period_starts_at_the_logs_own_rows(answer: Answer) -> None:
    """The first own row is that of `d`, 22 January 10:00:30 local by the log's clock; the end is untouched."""
    half_a_minute = share("2023-06-24T11:59:30")
    own_row = pytest.approx(share("2023-01-22T09:00:30"), abs=half_a_minute + 1e-9)
    assert answer.share("beginning, 3 missing") == own_row


@pytest.mark.parametrize(("name", "missing"), [("end, 2 missing", "de"), ("beginning, 2 missing", "ab")])
def test_two_missing_at_an_end_are_losses(answer: Answer, name: str, missing: str) -> None:
    found = answer.outcomes(name)
    assert {letter for letter, outcome in found.items() if outcome == "lost"} == set(missing)
    assert answer.losses(name) == (2, 2, 2)
    assert answer.share(name) == 1
    assert answer.met(name, "LOG_COVERED")


def test_consecutive_is_counted_among_what_should_have_arrived(answer: Answer) -> None:
    """A printed message neither breaks the run of missing ones nor makes it longer."""
    found = answer.outcomes("end, 3 missing around a printed one")
    assert [found[name] for name in ("x", "printed", "y", "z")] == ["unknown", "printed", "unknown", "unknown"]
    found = answer.outcomes("end, 2 missing around a printed one")
    assert [found[name] for name in ("x", "printed", "y")] == ["lost", "printed", "lost"]


def test_five_missing_inside_are_silence_and_prove_nothing(answer: Answer) -> None:
    """From the row before (14 January 10:00:30) to the row after (7 February 10:00:30), reported as SILENT."""
    found = answer.outcomes("inside, 5 missing")
    assert {name for name, outcome in found.items() if outcome == "unknown"} == {"c1", "c2", "c3", "c4", "c5"}
    assert answer.losses("inside, 5 missing") == (0, 0, 0)
    assert not answer.met("inside, 5 missing", "LOG_COVERED")
    silent = 24 * 86400 / (END - START).total_seconds()
    assert answer.share("inside, 5 missing") == pytest.approx(1 - silent, abs=1e-6)


def test_silence_is_told_in_the_receipt_and_in_the_evidence(answer: Answer) -> None:
    receipt = answer.receipt("inside, 5 missing")
    assert receipt["status"] == "accepted_with_warnings"
    assert "SILENT" in answer.codes("inside, 5 missing")
    text = next(line["text"] for line in receipt["messages"] if line["code"] == "SILENT")
    assert "14" in text and "7" in text and "2023" in text, "from and to"
    assert "2023" in answer.requirement("inside, 5 missing", "LOG_COVERED")["evidence"]


def test_four_missing_inside_are_losses(answer: Answer) -> None:
    found = answer.outcomes("inside, 4 missing")
    assert {name for name, outcome in found.items() if outcome == "lost"} == {"c1", "c2", "c3", "c4"}
    assert "SILENT" not in answer.codes("inside, 4 missing")
    assert answer.share("inside, 4 missing") == 1


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("end, 3 missing, a letter after", "d e f"),
        ("beginning, 3 missing, a letter before", "a b c"),
        ("inside, 5 missing, minutes between", "c1 c2 c3 c4 c5"),
    ],
)
def test_a_row_of_any_kind_shows_that_the_log_was_alive(answer: Answer, name: str, lost: str) -> None:
    """A letter or minutes beyond or between the missing ones: the log was written, so the messages are lost."""
    found = answer.outcomes(name)
    assert [letter for letter, outcome in found.items() if outcome == "lost"] == lost.split()
    assert answer.share(name) == 1


def test_without_a_declared_period_rows_count_and_silence_does_not(answer: Answer) -> None:
    assert answer.outcomes("undeclared") == dict.fromkeys("abd", "registered by id") | {"c": "unknown"}
    assert answer.share("undeclared") == 0
    assert not answer.met("undeclared", "LOG_COVERED")


def test_a_wrong_row_count_is_a_warning_and_the_period_no_proof(answer: Answer) -> None:
    assert answer.outcomes("wrong count") == dict.fromkeys("abd", "registered by id") | {"c": "unknown"}
    assert answer.share("wrong count") == 0
    assert answer.receipt("wrong count")["status"] == "accepted_with_warnings"
    assert answer.outcomes("right count")["c"] == "lost"
    assert answer.receipt("right count")["status"] == "accepted"


def test_an_upload_exported_after_the_clock_is_none(answer: Answer) -> None:
    assert answer.outcomes("exported after the clock") == dict.fromkeys("abcd", "unknown")


def test_coverage_is_counted_to_the_second(answer: Answer) -> None:
    """All messages are registered, and still one unproven second leaves the requirement unmet."""
    for name in ("a second short at the start", "a second short at the end"):
        assert answer.count(name, "unknown") == 0
        assert answer.share(name) < 1
        assert not answer.met(name, "LOG_COVERED")


def test_what_comes_after_the_required_period_may_be_unknown_without_blocking(answer: Answer) -> None:
    """Proven to 40 h before the declared end, which is exactly the required end; the message sent the day after is
    unknown and kept."""
    name = "proven exactly to the end"
    assert answer.outcomes(name)["after the required period"] == "unknown"
    assert answer.share(name) == 1
    assert answer.met(name, "LOG_COVERED")
    assert answer.clearance[answer.message(name, "after the required period").id]["clearance"] == "keep"


def test_a_later_start_covers_from_there(answer: Answer) -> None:
    """Half-open: the second before is outside, the first second inside."""
    found = answer.outcomes("from March")
    assert (found["before"], found["at the start"]) == ("unknown", "lost")
    assert answer.share("from March") == pytest.approx(share("2023-02-28T23:00:00"), abs=1e-6)
    assert not answer.met("from March", "LOG_COVERED")


def test_the_last_forty_hours_are_unknown_unless_a_later_file_goes_on(answer: Answer) -> None:
    gap, joined = answer.outcomes("gap after April"), answer.outcomes("no gap after April")
    assert (gap["before the last 40 h"], gap["in the last 40 h"]) == ("lost", "unknown")
    assert (joined["before the last 40 h"], joined["in the last 40 h"]) == ("lost", "lost")
    assert answer.share("no gap after April") == 1
    # Unproven from 40 h before 1 April local (30 March 06:00 UTC) until 1 May local (30 April 22:00 UTC).
    unproven = share("2023-03-30T06:00:00", "2023-04-30T22:00:00")
    assert answer.share("gap after April") == pytest.approx(1 - unproven, abs=1e-6)


def test_the_required_period_starts_no_earlier_than_september_2020(answer: Answer) -> None:
    assert answer.share("integrated since 2019") == 1
    assert answer.met("integrated since 2019", "LOG_COVERED")


def test_a_declared_period_is_cut_at_the_clock(answer: Answer) -> None:
    """Until 2024 by its own word; proof ends 40 h before `as_of`, which is 22:00 on 29 June."""
    found = answer.outcomes("declared beyond the clock")
    assert (found["52 h old"], found["40 h old"]) == ("lost", "unknown")


def test_the_required_period_ends_with_the_integration(answer: Answer) -> None:
    """40 h before 16:00 on 2 March is midnight, where the integration ended: all of it is proven. What was sent from
    then on is nobody's."""
    assert answer.share("ended in March") == 1
    assert answer.met("ended in March", "LOG_COVERED")
    assert answer.outcomes("ended in March")["after the end"] == "absent"


@pytest.mark.parametrize(("name", "lost"), [("1 rejected, 2 missing", 1), ("2 rejected, 1 missing", 0)])
def test_as_many_missing_as_rejected_rows_are_unknown(answer: Answer, name: str, lost: int) -> None:
    assert (answer.count(name, "unknown"), answer.count(name, "lost")) == (1, lost)
    assert not answer.met(name, "LOG_COVERED")


def test_a_rejected_row_is_named_by_its_place_in_the_file(answer: Answer) -> None:
    """Seven `#` lines (municipality, system, version, from, to, exported, count), the header, two rows: the bad one
    is line 11."""
    receipt = answer.receipt("1 rejected, 2 missing")
    assert (receipt["rows_read"], receipt["rows_accepted"], receipt["rows_rejected"]) == (5, 4, 1)
    assert 11 in [message["row"] for message in receipt["messages"]]
