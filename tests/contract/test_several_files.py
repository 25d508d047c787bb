"""Files that speak together: later exports, two systems, a host's file, districts (contract §1).

Messages of a case lie four days apart from 10 January. Logs declare January to June unless said.
"""

from __future__ import annotations

import json
import os
import re

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, log_text


def build(folder: Folder) -> None:
    superseding(folder)
    two_systems(folder)
    hosts(folder)
    beside(folder)
    pool(folder)
    districts(folder)


def superseding(folder: Folder) -> None:
    place = folder.place("later export lacks three")
    place.send_each("a b c d e f g")
    place.log(place.rows("a b c d e f"), name="første.csv", eksportert="2023-07-01T08:00:00")
    place.log(place.rows("a c e g"), name="andre.csv", eksportert="2023-07-01T09:00:00")
    place = folder.place("later export of a part")
    place.send_each("a b c d e")
    place.send_each("v w x y", first="2023-05-02T10:00:00")
    place.log(place.rows("a b c d e v w x y"), name="første.csv", eksportert="2023-07-01T08:00:00")
    place.log(place.rows("v x y"), name="andre.csv", eksportert="2023-07-01T09:00:00", periode_fra="2023-04-01")
    place = folder.place("later by arrival")
    place.send_each("a b c d")
    # By name the newer comes first, so that only the time of arrival tells.
    older = place.log(place.rows("a b c d"), name="b.csv", eksportert=None)
    newer = place.log(place.rows("a c d"), name="a.csv", eksportert=None)
    os.utime(older, (1688200000, 1688200000))
    os.utime(newer, (1688203600, 1688203600))
    place = folder.place("missing from both")
    place.send_each("a b c d")
    place.log(place.rows("a c d"), name="første.csv", eksportert="2023-07-01T08:00:00")
    letter = {"mottatt": "2023-06-20T10:00:00", "type": "brev", "kanal": "post"}
    place.log([*place.rows("a c d"), letter], name="andre.csv", eksportert="2023-07-01T09:00:00")


def two_systems(folder: Folder) -> None:
    place = folder.place("two case systems")
    place.send_each("a b c d")
    place.log(place.rows("b"), name="gammelt.csv", fagsystem="DIPS_BARNEVERN", eksportert="2023-07-01T08:00:00")
    place.log(place.rows("a c"), name="familia.csv", eksportert="2023-07-01T09:00:00")
    place = folder.place("importer and case system")
    for step, name in enumerate("abcd"):
        place.send(name, f"2023-01-{10 + 4 * step}T10:00:00", channel="SVARINN")
    place.log(place.rows("a d"), name="familia.csv", eksportert="2023-07-01T09:00:00")
    fetched = "2023-01-14 10:00:30;Importerte forsendelse med tittel Bekymringsmelding,id {}, lagret\n"
    place.upload("importer.log", fetched.format(place.messages["b"].id))


def hosts(folder: Folder) -> None:
    """Kristiansand serves Lillesand and Birkenes, and sends one file for all three; Vennesla is nobody's member."""
    host = folder.place("host", number="4204")
    members = [folder.place("member", number="4215", host="4204"), folder.place("second", number="4216", host="4204")]
    rows = []
    for place in (host, *members):
        place.send_each("a b c d")
        missing = "b" if place is members[0] else ""
        named = "".join(letter for letter in "abcd" if letter not in missing)
        rows += place.rows(" ".join(named), kommunenummer=place.number)
    host.log(rows, gjelder_kommuner="4204|4215|4216")
    members[1].log([], name="vertens.csv", kommunenummer="4204")
    silent_host = folder.place("host that names none", number="4601")
    left_out = folder.place("member left out", number="4602", host="4601")
    for place in (silent_host, left_out):
        place.send_each("a b c d")
    silent_host.log([*silent_host.rows("a b c d"), *left_out.rows("a c d")])
    owner = folder.place("host of a member's file", number="5001")
    folder.place("member whose file the host sent", number="5006", host="5001")
    owner.log([], kommunenummer="5006")


def beside(folder: Folder) -> None:
    """A host's file whose manifest lists its members, and a second file that shows that the first's log was alive."""
    host = folder.place("host by manifest", number="3801")
    member = folder.place("member by manifest", number="3802", host="3801")
    for place in (host, member):
        place.send_each("a b c d")
    declared = host.declaration() | {"gjelder_kommuner": ["3801", "3802"], "antall_rader": 7}
    host.upload("logg.csv.manifest.json", json.dumps(declared))
    host.upload("logg.csv", log_text(host.rows("a b c d") + member.rows("a b d"), {}))
    place = folder.place("alive by another file")
    place.send_each("a b c1 c2 c3 c4 c5 d e")
    place.log(place.rows("a b d e"))
    place.log(
        [{"mottatt": "2023-01-28T10:00:00", "type": "brev", "kanal": "post"}],
        name="brev.csv",
        periode_fra=None,
        periode_til=None,
    )


def pool(folder: Folder) -> None:
    """Two members' messages a minute apart, and one row that names neither municipality nor id."""
    host = folder.place("pool host", number="3005")
    other = folder.place("pool member", number="3006", host="3005")
    for place, second in ((host, "00"), (other, "40")):
        place.send("shared", f"2023-03-01T10:00:{second}")
    host.send_each("a b c d")
    other.send_each("a b c d", first="2023-01-12T10:00:00")
    rows = [*host.rows("a b c d", by_id=False), *other.rows("a b c d", by_id=False)]
    rows.append(host.messages["shared"].row(delay=70, meldingsid=""))
    for place, first in ((host, "2023-04-03"), (other, "2023-04-05")):
        place.send_each("x y z", first=f"{first}T10:00:00")
        rows += place.rows("x y z", by_id=False)
    declared = host.declaration(gjelder_kommuner="3005|3006")
    host.upload("logg.csv", log_text(rows, declared, ["mottatt", "type", "melder", "kanal"]))


def districts(folder: Folder) -> None:
    for number, how in (("0301", "declared"), ("1103", "by its rows"), ("4626", "whole")):
        places = [folder.place(f"{how} {district}", number=number, district=district) for district in ("01", "02")]
        for place in places:
            place.send_each("a b c d")
        first = places[0]
        if how == "declared":
            first.log(first.rows("a b d"), gjelder_bydeler="01")
        elif how == "by its rows":
            first.log(first.rows("a b d", bydelsnummer="01"))
        else:
            first.log(first.rows("a b d") + places[1].rows("a b c d"))
    whole = folder.place("the rest", number="5401")
    own = folder.place("its own", number="5401", district="02")
    unclaimed = folder.place("unclaimed", number="5401", district="03", system=None)
    zero = folder.place("zero", number="5402", district="00")
    for place in (whole, own, unclaimed, zero):
        place.send_each("a b")
    whole.log(whole.rows("a b") + own.rows("a b") + unclaimed.rows("a b"))
    zero.log(zero.rows("a b", bydelsnummer=""))


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


def test_a_message_that_only_the_superseded_file_registers_is_unknown(answer: Answer) -> None:
    """Two exports contradict each other on `b`, `d` and `f`; `g` is new."""
    expected = dict.fromkeys("aceg", "registered by id") | dict.fromkeys("bdf", "unknown")
    assert answer.outcomes("later export lacks three") == expected
    assert not answer.met("later export lacks three", "LOG_COVERED")


def test_the_later_files_receipt_says_how_many_rows_are_gone(answer: Answer) -> None:
    receipt = answer.receipt("later export lacks three", "andre.csv")
    assert receipt["status"] == "accepted_with_warnings"
    (gone,) = (message for message in receipt["messages"] if message["code"] == "ROWS_GONE")
    assert re.search(r"\b(3|tre)\b", gone["text"])
    assert "ROWS_GONE" not in answer.codes("later export lacks three", "første.csv")


def test_a_later_file_supersedes_only_the_period_that_both_declare(answer: Answer) -> None:
    """From April `w` is contradicted; January stands by the first file."""
    found = answer.outcomes("later export of a part")
    assert found.pop("w") == "unknown"
    assert set(found.values()) == {"registered by id"}


def test_without_an_export_time_arrival_tells_which_is_later(answer: Answer) -> None:
    assert answer.outcomes("later by arrival")["b"] == "unknown"
    assert "ROWS_GONE" in answer.codes("later by arrival", "a.csv")
    assert "ROWS_GONE" not in answer.codes("later by arrival", "b.csv")


def test_what_both_exports_lack_is_lost(answer: Answer) -> None:
    assert answer.outcomes("missing from both") == dict.fromkeys("acd", "registered by id") | {"b": "lost"}
    assert "ROWS_GONE" not in answer.codes("missing from both", "andre.csv")


def test_files_of_different_case_systems_add_up(answer: Answer) -> None:
    found = answer.outcomes("two case systems")
    assert found["b"] == found["a"] == found["c"] == "registered by id"


def test_an_importers_log_and_a_case_systems_log_add_up(answer: Answer) -> None:
    """Only the importer's log has `b`; neither has `c`."""
    expected = dict.fromkeys("abd", "registered by id") | {"c": "lost"}
    assert answer.outcomes("importer and case system") == expected


def test_a_hosts_file_speaks_for_the_municipalities_that_it_names(answer: Answer) -> None:
    assert set(answer.outcomes("host").values()) == set(answer.outcomes("second").values()) == {"registered by id"}
    assert answer.outcomes("member") == dict.fromkeys("acd", "registered by id") | {"b": "lost"}
    for name in ("host", "member", "second"):
        assert answer.share(name) == 1
        assert answer.entry(name)["service_id"] == "T4204"


def test_a_host_may_send_a_members_file_but_not_the_other_way(answer: Answer) -> None:
    assert answer.receipt("host of a member's file")["status"].startswith("accepted")
    assert answer.receipt("second", "vertens.csv")["status"] == "rejected"


def test_a_hosts_file_that_names_nobody_speaks_for_the_host_alone(answer: Answer) -> None:
    """The member's ids answer wherever they are registered, but its missing message is unproven."""
    assert set(answer.outcomes("host that names none").values()) == {"registered by id"}
    assert answer.outcomes("member left out") == dict.fromkeys("acd", "registered by id") | {"b": "unknown"}
    assert answer.share("member left out") == 0


def test_a_manifest_beside_the_file_may_list_the_municipalities(answer: Answer) -> None:
    assert set(answer.outcomes("host by manifest").values()) == {"registered by id"}
    assert answer.outcomes("member by manifest") == dict.fromkeys("abd", "registered by id") | {"c": "lost"}


def test_a_row_in_any_file_that_speaks_for_the_entry_breaks_a_silence(answer: Answer) -> None:
    """A letter in another file, between the third and the fourth of five missing: they are lost."""
    assert answer.count("alive by another file", "lost") == 5
    assert "SILENT" not in answer.codes("alive by another file")


def test_rows_without_a_municipality_are_matched_in_the_pool(answer: Answer) -> None:
    """Two messages and one row: one loss, in one member or the other, and the interval of each says so."""
    losses = [answer.losses(name) for name in ("pool host", "pool member")]
    assert sum(lost for _, lost, _ in losses) == 1
    for low, _, high in losses:
        assert low == 0 and high >= 1
    assert all(answer.share(name) == 1 for name in ("pool host", "pool member"))


@pytest.mark.parametrize("how", ["declared", "by its rows"])
def test_a_districts_file_speaks_for_that_district_alone(answer: Answer, how: str) -> None:
    assert answer.outcomes(f"{how} 01") == dict.fromkeys("abd", "registered by id") | {"c": "lost"}
    assert answer.share(f"{how} 01") == 1
    assert answer.outcomes(f"{how} 02") == dict.fromkeys("abcd", "unknown")
    assert answer.share(f"{how} 02") == 0


def test_a_file_without_districts_speaks_for_the_whole_municipality(answer: Answer) -> None:
    assert answer.outcomes("whole 01")["c"] == "lost"
    assert set(answer.outcomes("whole 02").values()) == {"registered by id"}
    assert answer.share("whole 01") == answer.share("whole 02") == 1


def test_an_entry_holds_every_recipient_that_no_district_of_its_own_claims(answer: Answer) -> None:
    """5401 as a whole and its district 02: the district's messages are its own, district 03's are the whole's."""
    assert answer.entry("the rest")["sent"] == "4"
    assert answer.entry("its own")["sent"] == "2"
    assert answer.entries("unclaimed") == []
    for name in ("a", "b"):
        assert answer.finding("unclaimed", name)["district_no"] in (None, "", "00")
        assert answer.finding("its own", name)["district_no"] == "02"


def test_district_00_is_no_district(answer: Answer) -> None:
    assert answer.entry("zero")["sent"] == "2"
    assert answer.met("zero", "LOG_COVERED")
