"""What the portal itself knows: printed, rejected, not acknowledged, in transit (contract §2, order of outcomes)."""

from __future__ import annotations

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder


def build(folder: Folder) -> None:
    place = folder.place("printed")
    place.send_each("a b c")
    place.send("printed", "2023-02-10T10:00:00", channel="PRINT", acknowledged="")
    place.send("printed and keyed in by id", "2023-02-20T10:00:00", channel="PRINT", acknowledged="")
    place.send("printed with a row near in time", "2023-03-01T10:00:00", channel="PRINT", acknowledged="")
    place.send_each("x y", first="2023-03-10T10:00:00")
    near = place.messages["printed with a row near in time"].row(meldingsid="", kanal="portal")
    place.log([*place.rows("a b c x y"), place.messages["printed and keyed in by id"].row(400000, kanal="post"), near])

    place = folder.place("rejected")
    place.send_each("a b")
    both = place.send("rejected and print rejected", "2023-02-10T10:00:00", channel="PRINT", acknowledged="")
    again = place.send("rejected twice but registered", "2023-02-14T10:00:00", channel="PRINT", acknowledged="")
    post = place.send("rejected, then printed", "2023-02-20T10:00:00", channel="PRINT", acknowledged="")
    place.send_each("x y", first="2023-03-10T10:00:00")
    refused = ("AKSEPTERT", "SENDT_FAGSYSTEM", "AVVIST_FAGSYSTEM", "SENDT_PRINT")
    folder.happened(both, *refused, "AVVIST_PRINT")
    folder.happened(again, *refused, "AVVIST_PRINT")
    folder.happened(post, *refused, "LEVERT")
    place.log([*place.rows("a b x y"), again.row(kanal="portal")])

    place = folder.place("not acknowledged")
    place.send_each("a b")
    place.send("missing", "2023-02-10T10:00:00", acknowledged="")
    place.send("registered by id", "2023-02-20T10:00:00", acknowledged="")
    place.send("registered by time", "2023-03-01T10:00:00", acknowledged="")
    place.send_each("x y", first="2023-03-10T10:00:00")
    by_time = place.messages["registered by time"].row(meldingsid="")
    place.log([*place.rows("a b x y"), place.messages["registered by id"].row(), by_time])

    # as_of is 14:00 local on 1 July, so 40 h earlier is 22:00 local on 29 June.
    place = folder.place("young")
    place.send_each("a b")
    place.send("40 h old, not acknowledged", "2023-06-29T22:00:00", acknowledged="")
    place.send("a second younger, not acknowledged", "2023-06-29T22:00:01", acknowledged="")
    place.send("acknowledged", "2023-06-30T10:00:00")
    place.send("registered", "2023-06-30T12:00:00")
    place.log(place.rows("a b registered"))

    place = folder.place("unheard")
    place.send("acknowledged", "2023-02-10T10:00:00")
    place.send("not acknowledged", "2023-02-11T10:00:00", acknowledged="")
    place.send("printed", "2023-02-12T10:00:00", channel="PRINT", acknowledged="")
    place.send("young", "2023-06-30T10:00:00")

    folder.place("nothing sent, unheard")

    place = folder.place("late acknowledgement over SvarInn")
    place.send_each("a b c")
    fetched = place.send("fetched", "2023-03-01T10:00:00", channel="SVARINN", acknowledged="2023-03-01T16:00:00")
    place.log([*place.rows("a b c"), fetched.row(delay=10 * 3600, meldingsid="")])


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


def test_a_printed_message_is_known_and_not_lost(answer: Answer) -> None:
    """`PRINT` went by post; an id in the log comes first, a row that is only near in time does not."""
    found = answer.outcomes("printed")
    assert found["printed"] == "printed"
    assert found["printed and keyed in by id"] == "registered by id"
    assert found["printed with a row near in time"] == "printed"
    assert answer.losses("printed") == (0, 0, 0)


def test_rejected_by_case_system_and_print_is_not_delivered(answer: Answer) -> None:
    """The history's last word; before `printed`, after a registration by id."""
    found = answer.outcomes("rejected")
    assert found["rejected and print rejected"] == "not_delivered"
    assert found["rejected twice but registered"] == "registered by id"
    assert found["rejected, then printed"] == "printed"


def test_unacknowledged_after_the_deadline_is_not_delivered_unless_registered(answer: Answer) -> None:
    found = answer.outcomes("not acknowledged")
    assert found["missing"] == "not_delivered"
    assert found["registered by id"] == "registered by id"
    assert found["registered by time"] == "registered by time"


def test_a_message_younger_than_the_deadline_is_in_transit(answer: Answer) -> None:
    """At exactly 40 h it no longer is, acknowledged or not; a registration comes first."""
    found = answer.outcomes("young")
    assert found["40 h old, not acknowledged"] == "not_delivered"
    assert found["a second younger, not acknowledged"] == "in_transit"
    assert found["acknowledged"] == "in_transit"
    assert found["registered"] == "registered by id"


def test_an_unheard_municipality_is_unknown_never_fine(answer: Answer) -> None:
    """Without a log what was acknowledged is `unknown`; what the portal knows by itself is still told."""
    expected = {
        "acknowledged": "unknown",
        "not acknowledged": "not_delivered",
        "printed": "printed",
        "young": "in_transit",
    }
    assert answer.outcomes("unheard") == expected
    row = answer.entry("unheard")
    assert row["verdict"] == "not_verified"
    assert float(row["coverage_share"]) == 0
    assert row["coverage_from_utc"] == row["coverage_to_utc"] == row["clock_offset_s"] == ""
    assert "LOG_COVERED" in row["reasons"].split("|")


def test_an_unheard_municipality_without_messages_is_a_row_too(answer: Answer) -> None:
    """Absence is a row: nothing sent and nothing received is not verified."""
    row = answer.entry("nothing sent, unheard")
    assert row["sent"] == "0"
    assert row["verdict"] == "not_verified"
    assert not answer.met("nothing sent, unheard", "LOG_COVERED")


def test_a_svarinn_message_may_be_received_hours_after_its_acknowledgement(answer: Answer) -> None:
    """Fetched by the importer after 6 h, received by the case system after 10 h: within the deadline."""
    assert answer.outcomes("late acknowledgement over SvarInn")["fetched"] == "registered by time"
