"""How a registration answers a message: by id, by time, within the same kind and channel (contract §1, §2).

Messages of a case lie four days apart unless said, so that a row within 40 h can answer only one of them.
Every log here declares January to June and was exported on 1 July, so all of it is covered.
"""

from __future__ import annotations

from typing import Any

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, Place, later, log_text


def plain(folder: Folder, case: str, names: str = "a b c d e") -> Place:
    place = folder.place(case)
    place.send_each(names)
    return place


def build(folder: Folder) -> None:
    ids_and_times(folder)
    kinds_and_channels(folder)
    clocks(folder)


def ids_and_times(folder: Folder) -> None:
    place = plain(folder, "by id", "a b c")
    place.log([place.messages["a"].row(), place.messages["b"].row(delay=20 * 86400), place.messages["c"].row()])
    place = plain(folder, "by time", "a b c")
    place.log(place.rows("a b c", by_id=False))
    place = plain(folder, "one lost, ids")
    place.log(place.rows("a b d e"))
    place = plain(folder, "one lost, times")
    place.log(place.rows("a b d e", by_id=False))
    place = plain(folder, "one lost and one doubled, times")
    place.log([*place.rows("a c d e", by_id=False), place.messages["d"].row(630, meldingsid="")])
    place = plain(folder, "one lost and one doubled, ids")
    place.log([*place.rows("a c d e"), place.messages["d"].row(630)])
    place = plain(folder, "deadline")
    delays = {"a": 30, "b": 39 * 3600, "c": 41 * 3600, "d": 30, "e": 30}
    place.log([place.messages[name].row(delay, meldingsid="") for name, delay in delays.items()])
    place = plain(folder, "only received times")
    place.upload("logg.csv", log_text(place.rows("a b d e"), place.declaration(), ["mottatt"]))
    place = folder.place("two at once")
    place.send("a", "2023-02-01T10:00:00")
    place.send("b", "2023-02-01T10:00:00")
    place.log(place.rows("a b", by_id=False))
    unnamed(folder)
    elsewhere = plain(folder, "registered elsewhere", "a b c")
    elsewhere.log(elsewhere.rows("a c"))
    other = plain(folder, "holds another's registration", "a b c")
    other.log([*other.rows("a b c"), elsewhere.messages["b"].row()])


def unnamed(folder: Folder) -> None:
    """Twenty messages with delays of 10 to 67 s, then two 20 s apart with one row, 25 s after the second."""
    place = folder.place("one of two")
    place.send_each(" ".join(f"m{n}" for n in range(20)), days=2)
    rows = [place.messages[f"m{n}"].row(10 + 3 * n, meldingsid="") for n in range(20)]
    first = place.send("first", "2023-04-03T10:00:00")
    place.send("second", "2023-04-03T10:00:20")
    rows.append(first.row(45, meldingsid=""))
    place.send_each("x y z", first="2023-05-02T10:00:00")
    place.log(rows + place.rows("x y z", by_id=False))


def kinds_and_channels(folder: Folder) -> None:
    place = plain(folder, "kind")
    private = place.send("private", "2023-03-01T10:00:00", kind="PRIVAT")
    taken = place.send("public with a private row", "2023-03-08T10:00:00")
    place.send_each("f g", first="2023-03-15T10:00:00")
    rows = [private.row(meldingsid=""), taken.row(meldingsid="", melder="privat")]
    place.log([*place.rows("a b c d e f g", by_id=False), *rows])
    place = folder.place("channel")
    rows = []
    cases = [
        ("FIKS_IO", "portal"),
        ("FIKS_IO", "svarinn"),
        ("SVARINN", "svarinn"),
        ("SVARINN", "portal"),
        ("FIKS_IO", "post"),
        ("MANUELL_MOTTAK", "manuell"),
        ("MANUELL_MOTTAK", "portal"),
        ("FIKS_IO", "manuell"),
        ("MANUELL_MOTTAK", "svarinn"),
        ("SVARINN", "manuell"),
        ("FIKS_IO", "portal"),
    ]
    for step, (channel, row) in enumerate(cases):
        sent = later("2023-01-10T10:00:00", days=5 * step)
        name = f"{step} {channel} {row}"
        rows.append(place.send(name, sent, channel=channel).row(meldingsid="", kanal=row))
    place.log(rows)
    place = plain(folder, "letters", "a b c d e f")
    changed: dict[str, dict[str, Any]] = {"b": {"type": "brev"}, "d": {"type": "møtereferat"}}
    place.log([place.messages[name].row(**({"meldingsid": ""} | changed.get(name, {}))) for name in "abcdef"])
    place = folder.place("form types")
    for kind in ("PRIVAT", "OFFENTLIG", "UKJENT"):
        place.send(kind, f"2023-02-0{len(place.messages) + 1}T10:00:00", kind=kind)
    place.log(place.rows("PRIVAT OFFENTLIG UKJENT"))


def clocks(folder: Folder) -> None:
    """Sixty messages from January to May, half before and half after the change to summer time; the 31st is lost."""
    shifts = {"clock right": 0, "clock 5 min ahead": 300, "clock 5 min behind": -300}
    for case, shift in shifts.items():
        place = folder.place(case)
        place.log(sixty(place, shift))
    place = folder.place("clock in UTC")
    rows = []
    for row in sixty(place, 0):
        rows.append(row | {"mottatt": later(row["mottatt"], hours=-2 if row["mottatt"] >= "2023-03-26" else -1)})
    place.log(rows)
    place = folder.place("times with a zone")
    winter = place.send("winter", "2023-02-01T10:00:00")
    zoned = place.send("sent with an offset", "2023-02-05T10:00:00+03:00", acknowledged="2023-02-05T07:00:05Z")
    summer = place.send("summer", "2023-06-01T10:00:00")
    place.log(
        [
            winter.row(meldingsid="", mottatt="2023-02-01T09:00:30Z"),
            zoned.row(meldingsid="", mottatt="2023-02-05T08:00:30+01:00"),
            summer.row(meldingsid="", mottatt="2023-06-01T08:00:30.250Z"),
        ]
    )
    place = folder.place("autumn hour", start="2022-10-01")
    early = place.send("doubled", "2022-10-30T02:30:00")
    place.send_each("x y z", first="2022-11-03T10:00:00")
    rows = [early.row(meldingsid="", mottatt="2022-10-30T01:30:40Z"), *place.rows("x y z", by_id=False)]
    place.log(rows, periode_fra="2022-10-01T00:00:00")


def sixty(place: Place, shift: int) -> list[dict[str, str]]:
    place.send_each(" ".join(f"m{n}" for n in range(60)), days=2.37)
    return [place.messages[f"m{n}"].row(shift + 5 + n % 20, meldingsid="") for n in range(60) if n != 30]


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


def test_an_id_answers_its_message_however_late_the_row_is(answer: Answer) -> None:
    """By id always: `b` was received 20 days late and still counts."""
    assert answer.outcomes("by id") == dict.fromkeys("abc", "registered by id")
    assert answer.losses("by id") == (0, 0, 0)


def test_a_row_without_an_id_answers_by_time(answer: Answer) -> None:
    assert answer.outcomes("by time") == dict.fromkeys("abc", "registered by time")


@pytest.mark.parametrize("case", ["one lost, ids", "one lost, times"])
def test_one_message_without_a_row_is_lost_and_named(answer: Answer, case: str) -> None:
    """Acknowledged, covered, not in the case system; no neighbour within 40 h, so the loss has a name of its own."""
    assert answer.outcomes(case)["c"] == "lost"
    assert answer.count(case, "registered") == 4
    low, lost, high = answer.losses(case)
    assert (low, lost) == (1, 1) and high >= 1
    row = answer.finding(case, "c")
    assert row["candidate_group"] is None
    assert row["loss_probability"] == pytest.approx(1)


def test_a_log_with_ids_leaves_no_doubt_about_the_number_lost(answer: Answer) -> None:
    assert answer.losses("one lost, ids") == (1, 1, 1)


@pytest.mark.parametrize("case", ["one lost and one doubled, times", "one lost and one doubled, ids"])
def test_a_duplicate_does_not_hide_a_loss_though_the_counts_are_equal(answer: Answer, case: str) -> None:
    """Five sent, five rows; `b` has none and `d` has two, ten minutes apart."""
    found = answer.outcomes(case)
    assert found.pop("b") == "lost"
    assert {outcome.split()[0] for outcome in found.values()} == {"registered"}


def test_time_matching_stops_at_the_deadline(answer: Answer) -> None:
    """39 h late is an answer, 41 h late is none."""
    found = answer.outcomes("deadline")
    assert found["b"] == "registered by time"
    assert found["c"] == "lost"


def test_received_times_alone_are_a_log(answer: Answer) -> None:
    """All but `mottatt` may be missing: no type means concern report, no channel means portal."""
    expected = dict.fromkeys("abde", "registered by time") | {"c": "lost"}
    assert answer.outcomes("only received times") == expected


def test_two_messages_at_the_same_second_take_one_row_each(answer: Answer) -> None:
    assert answer.outcomes("two at once") == dict.fromkeys("ab", "registered by time")


def test_a_loss_that_lies_unnamed_among_two_is_a_group(answer: Answer) -> None:
    """One row for two messages 20 s apart, with delays that fit both: one of them is lost, and none can say which.

    The group has one value for both, its probabilities sum to its one loss, one member is `lost`, the other
    `registered` by time.
    """
    first, second = (answer.finding("one of two", name) for name in ("first", "second"))
    assert sorted([first["outcome"], second["outcome"]]) == ["lost", "registered"]
    assert first["candidate_group"] is not None
    assert first["candidate_group"] == second["candidate_group"]
    assert first["loss_probability"] + second["loss_probability"] == pytest.approx(1)
    assert 0 < first["loss_probability"] < 1
    lost, other = sorted((first, second), key=lambda row: str(row["outcome"]))
    assert lost["loss_probability"] >= other["loss_probability"]
    assert other["matched_by"] == "time" and lost["matched_by"] is None
    assert answer.losses("one of two")[:2] == (1, 1)
    assert answer.count("one of two", "registered") == 24


def test_probabilities_of_every_group_sum_to_its_losses(answer: Answer) -> None:
    groups: dict[str, list[dict[str, object]]] = {}
    for row in answer.findings.values():
        assert 0 <= row["loss_probability"] <= 1
        if row["candidate_group"] is not None:
            groups.setdefault(str(row["candidate_group"]), []).append(row)
        elif row["outcome"] == "lost":
            assert row["loss_probability"] == pytest.approx(1)
    assert groups
    for rows in groups.values():
        assert len(rows) > 1
        lost = sum(row["outcome"] == "lost" for row in rows)
        assert sum(float(str(row["loss_probability"])) for row in rows) == pytest.approx(lost)


def test_an_id_registered_in_another_municipality_answers(answer: Answer) -> None:
    """Wherever in the roster it was registered; the municipality's own log declares the time and lacks it."""
    assert answer.outcomes("registered elsewhere") == dict.fromkeys("abc", "registered by id")


def test_a_row_answers_only_its_own_kind(answer: Answer) -> None:
    found = answer.outcomes("kind")
    assert found["private"] == "registered by time"
    assert found["public with a private row"] == "lost"


def test_a_row_answers_only_the_channels_it_speaks_of(answer: Answer) -> None:
    """`portal` answers FIKS_IO and SVARINN, `svarinn` SVARINN, `manuell` MANUELL_MOTTAK, `post` none."""
    answered = {("FIKS_IO", "portal"), ("SVARINN", "portal"), ("SVARINN", "svarinn"), ("MANUELL_MOTTAK", "manuell")}
    for name, outcome in answer.outcomes("channel").items():
        _, channel, row = name.split()
        assert outcome == ("registered by time" if (channel, row) in answered else "lost"), name


def test_letters_and_minutes_answer_no_message(answer: Answer) -> None:
    found = answer.outcomes("letters")
    assert (found["b"], found["d"]) == ("lost", "lost")
    assert answer.count("letters", "registered") == 4


def test_form_types_have_english_names(answer: Answer) -> None:
    found = {name: answer.finding("form types", name)["form_type"] for name in ("PRIVAT", "OFFENTLIG", "UKJENT")}
    assert found == {"PRIVAT": "private", "OFFENTLIG": "public", "UKJENT": "unknown"}


@pytest.mark.parametrize(
    ("case", "offset"),
    [("clock right", 0), ("clock 5 min ahead", 300), ("clock 5 min behind", -300), ("clock in UTC", 0)],
)
def test_a_clock_that_is_off_is_found_and_hides_no_loss(answer: Answer, case: str, offset: int) -> None:
    """Rows come 5 to 24 s after their message by the portal's clock, shifted; a UTC log is a zone convention, not an
    offset."""
    found = answer.outcomes(case)
    assert found.pop("m30") == "lost"
    assert set(found.values()) == {"registered by time"}
    assert abs(float(answer.entry(case)["clock_offset_s"]) - offset) <= 60


def test_a_value_with_a_zone_is_honoured(answer: Answer) -> None:
    """07:00 UTC is 10:00 at +03:00; rows in UTC, at +01:00 and with milliseconds answer within half a minute."""
    assert set(answer.outcomes("times with a zone").values()) == {"registered by time"}
    assert str(answer.finding("times with a zone", "sent with an offset")["sent_at_utc"])[:19] == "2023-02-05 07:00:00"


def test_local_time_becomes_utc_by_the_season(answer: Answer) -> None:
    assert str(answer.finding("times with a zone", "winter")["sent_at_utc"])[:19] == "2023-02-01 09:00:00"
    assert str(answer.finding("times with a zone", "summer")["sent_at_utc"])[:19] == "2023-06-01 08:00:00"


def test_the_doubled_autumn_hour_takes_the_earlier_instant(answer: Answer) -> None:
    """02:30 on 30 October 2022 is 00:30 UTC first; a row 40 s after the later one answers it."""
    assert str(answer.finding("autumn hour", "doubled")["sent_at_utc"])[:19] == "2022-10-30 00:30:00"
    assert answer.outcomes("autumn hour")["doubled"] == "registered by time"
