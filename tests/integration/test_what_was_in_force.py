"""A work folder of June 2024 in which numbers, services and systems have changed: each is judged on what was in force.

Messages `a b c d` lie four days apart from 10 January 2023; logs declare all the time since then unless said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract.answer import Answer, audit
from contract.folder import Folder, Place, log_text
from meldingskontroll.domain import Requirement

AS_OF = "2024-06-01T12:00:00Z"
YEARS = {"periode_fra": "2023-01-01", "periode_til": "2024-06-01", "eksportert": "2024-06-01T08:00:00"}
SURVEYED, FOLLOWED = "2023-06-14T10:00:00", "2023-06-20"


@dataclass
class Numbered(Place):
    """A place of which every party may use another number of the same municipality."""

    def under(self, number: str) -> Place:
        """The same place, under another of its numbers."""
        return Place(self.folder, number, self.district, self.service, self.messages)

    def upload_under(self, number: str, rows: Any, name: str = "logg.csv", **declared: str | None) -> Path:
        """Upload a log of the whole time in the folder of a number, declared under the same number unless said."""
        place = self.under(number)
        return place.upload(name, log_text(rows, place.declaration(**(YEARS | declared))))


def numbered(folder: Folder, case: str, number: str = "", **given: str) -> Numbered:
    place = folder.place(case, number, **given)
    made = Numbered(folder, place.number, place.district, place.service, place.messages)
    folder.cases[case] = made
    return made


def in_order(place: Numbered, number: str = "") -> None:
    """What every place needs to be verified, but its log: the fix and an answer that nothing is missing."""
    place.under(number or place.number).fix(installed="2023-06-01")
    place.answer(mangler_meldinger="nei", mottatt=SURVEYED)


def healthy(folder: Folder, case: str, number: str = "", **given: str) -> Numbered:
    place = numbered(folder, case, number, **given)
    place.send_each("a b c d")
    place.upload_under(place.number, place.rows("a b c d"))
    in_order(place)
    return place


def renumbered(folder: Folder) -> None:
    # Halden was 0101, is 3001 from 2020 and 3101 from 2024: here every party says something else.
    place = numbered(folder, "Halden", "3001", system="")
    folder.systems[:] = [row for row in folder.systems if row[0] != "3001"]
    folder.use(place.under("0101"), "VISMA_FAMILIA", "2023-01-01", "2024-01-01")
    folder.use(place.under("3101"), "VISMA_FAMILIA", "2024-01-01")
    folder.members[-1][1] = "3101"
    place.send_each("a b c d")
    place.send("e", "2024-02-01T10:00:00")
    place.upload_under("0101", place.rows("a b d"), periode_til="2024-01-01", kommunenummer="3001")
    place.upload_under("3101", place.rows("e", kommunenummer="0101"), periode_fra="2023-12-30", kommunenummer="3001")
    place.fix(installed="2023-06-01")
    place.answer(mangler_meldinger="ja_kjent", antall_meldinger="1")
    place.under("0101").follow_up("gjenopprettet", place.messages["c"].id)
    place.under("3101").follow_up("avvik_meldt_datatilsynet")
    # Moss sends its log under the number of 2020 and again, less a row, under that of 2024.
    moss = numbered(folder, "Moss", "3002")
    moss.send_each("a b c d")
    moss.upload_under("3002", moss.rows("a b c d"), "første.csv", eksportert="2024-05-30T08:00:00")
    moss.upload_under("3103", moss.rows("a b c"), "andre.csv")
    # Kongsberg is served by Drammen, which writes its number of 2024 and is in the registry with that of 2020.
    drammen, kongsberg = numbered(folder, "Drammen", "3005"), numbered(folder, "Kongsberg", "3006", host="3005")
    for each in (drammen, kongsberg):
        each.send_each("a b c d")
        in_order(each)
    lost = kongsberg.messages["d"].id
    drammen.under("3301").follow_up("meldt_på_nytt", lost)
    rows = drammen.rows("a b c d", kommunenummer="3301") + kongsberg.rows("a b c", kommunenummer="3303")
    drammen.upload_under("3301", rows, gjelder_kommuner="3005|3006")


def changed_services(folder: Folder) -> None:
    # Sortland gives up its own service for that of Hadsel on 1 October 2023, after the survey.
    host, place = healthy(folder, "Hadsel", "1866"), healthy(folder, "Sortland", "1870")
    folder.members[-1][4] = "2023-10-01"
    folder.members.append([host.service, place.number, "", "2023-10-01", ""])
    # Øksnes did so in May: the answers of both services came after that, and only that of Hadsel is about Øksnes.
    moved = numbered(folder, "Øksnes", "1868")
    moved.send_each("a b c d")
    moved.upload_under(moved.number, moved.rows("a b d"))
    in_order(moved)
    folder.members[-1][4] = "2023-05-01"
    folder.members.append([host.service, moved.number, "", "2023-05-01", ""])
    # Andøy has had no other service than that of Hadsel, from a time after its only answer.
    late = healthy(folder, "Andøy", "1871")
    folder.survey.pop()
    folder.members[-1][:] = [host.service, late.number, "", "2023-10-01", ""]
    # Lødingen went from Hadsel to Vågan in October: each host sends its log for the time that it had it.
    between = numbered(folder, "Lødingen", "1851")
    between.send_each("a b c d")
    between.send("f", "2024-02-01T10:00:00")
    between.fix(installed="2023-06-01")
    new_host = healthy(folder, "Vågan", "1865")
    folder.members[-2][:] = [host.service, between.number, "", "2020-01-01", "2023-10-01"]
    folder.members.append([new_host.service, between.number, "", "2023-10-01", ""])
    theirs, name = {"kommunenummer": between.number}, "lødingen.csv"
    first, then = between.rows("a b c d", **theirs), between.rows("f", **theirs)
    host.upload_under("1866", first, name, gjelder_kommuner="1851", periode_til="2023-10-01")
    new_host.upload_under("1865", then, name, gjelder_kommuner="1851", periode_fra="2023-09-01")


def changed_systems(folder: Folder) -> None:
    for case, installed in (("back, fixed before", "2023-02-20"), ("back, fixed since", "2023-08-01")):
        place = healthy(folder, case, end="2023-03-01")
        folder.fixes[-1][3] = installed
        folder.use(place, "DIPS_BARNEVERN", "2023-03-01", "2023-07-01")
        folder.use(place, "VISMA_FAMILIA", "2023-07-01")
        place.send("away", "2023-04-01T10:00:00")
    place = healthy(folder, "ended, back after the clock", end="2023-03-01")
    folder.fixes.pop()
    folder.use(place, "VISMA_FAMILIA", "2024-06-02")
    numbered(folder, "begins after the clock", start="2024-06-02").send_each("a b")
    place = healthy(folder, "unknown before")
    folder.use(place, "UKJENT", "", "2023-01-01")
    place = healthy(folder, "two rows overlap", end="2023-12-01")
    folder.use(place, "VISMA_FAMILIA", "2023-06-01")
    place = healthy(folder, "downgraded")
    place.fix(version="23.1", installed="2023-07-01")
    place = healthy(folder, "to be downgraded")
    place.fix(version="23.1", installed="2024-06-02", confirmed="2024-05-30T10:00:00")


def split_and_merged(folder: Folder) -> None:
    # Ålesund was split in 2024: the portal lists its recipient under the new number, the log of 2023 is the old one's.
    place = healthy(folder, "Ålesund", "1508", start="2024-01-01")
    place.send("f", "2024-02-01T10:00:00")
    place.upload_under(place.number, place.rows("f"), periode_fra="2024-01-01")
    before = place.under("1507")
    folder.use(before, "VISMA_FAMILIA", "2023-01-01", "2024-01-01")
    folder.members.append([place.service, "1507", "", "2020-01-01", ""])
    place.upload_under("1507", place.rows("a b c d"))
    # Ballangen became a part of Narvik in 2020, and what is said of it is not said of Narvik.
    narvik = healthy(folder, "Narvik", "1806")
    ballangen = narvik.under("1854")
    folder.fixes.pop()
    ballangen.fix(installed="2023-06-01")


def districts(folder: Folder) -> None:
    whole = healthy(folder, "Oslo", "0301")
    rows = whole.rows("a b c d")
    for district, start in (("01", "2023-01-01"), ("02", "2024-01-01"), ("03", "")):
        place = numbered(folder, f"Oslo {district}", "0301", district=district, start=start)
        place.send_each("a b c d", first=f"2023-01-1{district[1]}T12:00:00")
        rows += place.rows("a b c d", bydelsnummer=district)
        folder.members.pop()
        if not start:
            folder.systems.pop()
    whole.upload_under("0301", rows)
    folder.cases["Oslo 01"].fix(version="23.1", installed="2024-01-01")


def after_the_clock(folder: Folder) -> None:
    place = numbered(folder, "followed up tomorrow")
    place.send_each("a b c d")
    place.upload_under(place.number, place.rows("a b d"))
    place.fix(installed="2023-06-01")
    place.answer(mangler_meldinger="ja_kjent", antall_meldinger="1", mottatt="2024-06-01T14:00:01")
    place.follow_up("gjenopprettet", place.messages["c"].id, day="2024-06-02")
    place.follow_up("avvik_meldt_datatilsynet", day="2024-06-02")


def folder_of(root: Path) -> Folder:
    folder = Folder(root)
    folder.manifest = {
        "fraDato": "2020-09-01T00:00:00",
        "tilDato": "2024-06-01T14:00:00",
        "uttrekkstidspunkt": "2024-06-01T14:00:00",
    }
    for build in (renumbered, changed_services, changed_systems, split_and_merged, districts, after_the_clock):
        build(folder)
    return folder.write()


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = folder_of(tmp_path_factory.mktemp("in-force"))
    return Answer(folder, audit(folder.root, AS_OF))


def unmet(answer: Answer, number: str, district: str = "") -> dict[str, str]:
    """The unmet requirements of an entry, with their reasons."""
    place = (number, district)
    rows = [row for row in answer.requirement_rows if (row["municipality_no"], row["district_no"]) == place]
    assert len(rows) == len(Requirement)
    return {row["requirement"]: row["reason"] for row in rows if row["met"] == "false"}


def test_a_municipality_that_everyone_calls_by_another_number_is_one_verified_entry(answer: Answer) -> None:
    (row,) = [row for row in answer.municipalities if row["municipality_no"] in {"0101", "3001", "3101"}]
    assert (row["municipality_no"], row["verdict"], row["sent"], row["lost"]) == ("3101", "verified", "5", "1")
    assert {answer.finding("Halden", name)["municipality_no"] for name in "abcde"} == {"3101"}
    assert unmet(answer, "3101") == {}
    for number in ("0101", "3101"):
        (file,) = (answer.root / "drop" / number / "receipts").glob("*.json")
        assert [note["code"] for note in json.loads(file.read_text())["messages"]] == ["RENUMBERED"]


def test_a_later_export_under_the_new_number_contradicts_the_earlier_one_under_the_old(answer: Answer) -> None:
    assert [answer.finding("Moss", name)["outcome"] for name in "abcd"] == [*["registered"] * 3, "unknown"]
    (file,) = (answer.root / "drop/3103/receipts").glob("*.json")
    assert "ROWS_GONE" in {note["code"] for note in json.loads(file.read_text())["messages"]}


def test_a_host_speaks_and_follows_up_for_its_member_whatever_numbers_it_writes(answer: Answer) -> None:
    assert [answer.finding("Kongsberg", name)["outcome"] for name in "abcd"] == [*["registered"] * 3, "lost"]
    assert answer.requirement("Kongsberg", "LOSSES_FOLLOWED_UP")["reason"] == "MET"
    assert answer.requirement("Kongsberg", "DEVIATION_REPORTED")["reason"] == "NOT_REPORTED"
    assert unmet(answer, "3005") == {"SURVEY_AGREES": "NUMBER_DIFFERS"}


NOT_FIXED = {"CLEAN_SINCE_FIX": "NOT_FIXED"}
DIFFERS = {"SURVEY_AGREES": "NUMBER_DIFFERS"}
NOT_ITS_OWN = dict.fromkeys(("SURVEY_ANSWERED", "SURVEY_AGREES"), "ANSWERED_AT_ANOTHER_TIME")
CASES = {
    "Sortland": {},
    "Hadsel": DIFFERS,
    "Øksnes": DIFFERS | {"LOSSES_FOLLOWED_UP": "NOT_FOLLOWED_UP", "DEVIATION_REPORTED": "NOT_REPORTED"},
    "Andøy": NOT_ITS_OWN,
    "Lødingen": DIFFERS,
    "Vågan": {},
    "back, fixed before": NOT_FIXED | {"FIX_INSTALLED": "FIX_BEFORE_RETURN"},
    "back, fixed since": {},
    "ended, back after the clock": {},
    "unknown before": {"CASE_SYSTEM_KNOWN": "CASE_SYSTEM_UNKNOWN", "LOG_COVERED": "NOT_ALL_PROVEN"},
    "two rows overlap": {},
    "downgraded": NOT_FIXED | {"FIX_INSTALLED": "DOWNGRADED"},
    "to be downgraded": {},
    "Ålesund": {},
    "Narvik": NOT_FIXED | {"FIX_INSTALLED": "NO_FIX_REPORTED"},
    "Oslo": {},
    "Oslo 01": NOT_FIXED | {"FIX_INSTALLED": "VERSION_TOO_OLD"},
    "Oslo 02": {"CASE_SYSTEM_KNOWN": "DISTRICT_WITHOUT_SYSTEM"},
    "followed up tomorrow": {
        "LOSSES_FOLLOWED_UP": "NOT_FOLLOWED_UP",
        "SURVEY_ANSWERED": "NOT_ANSWERED",
        "SURVEY_AGREES": "NOT_ANSWERED",
        "DEVIATION_REPORTED": "NOT_REPORTED",
    },
}


@pytest.mark.parametrize("case", list(CASES))
def test_what_was_in_force_decides_which_requirements_are_met(answer: Answer, case: str) -> None:
    place = answer.folder.cases[case]
    assert unmet(answer, place.number, place.district) == CASES[case]


def test_the_number_of_before_a_split_does_not_verify_a_time_whose_messages_stand_elsewhere(answer: Answer) -> None:
    assert unmet(answer, "1507") == {"CASE_SYSTEM_KNOWN": "MESSAGES_UNDER_OTHER_NUMBER"}
    (row,) = [row for row in answer.requirement_rows if row["reason"] == "MESSAGES_UNDER_OTHER_NUMBER"]
    assert "unheld=4, listed_under=1508" in row["evidence"]
    page = (answer.out / "overview/kommuner/1507.html").read_text(encoding="utf-8")
    assert "meldingene står under et annet kommunenummer" in page


def test_each_message_is_one_entrys_or_stays_with_the_portal(answer: Answer) -> None:
    absent = {
        (case, name)
        for case in answer.folder.cases
        for name, found in answer.outcomes(case).items()
        if found == "absent"
    }
    expected = {"back, fixed before": ["away"], "back, fixed since": ["away"], "begins after the clock": "ab"}
    expected |= {"Ålesund": "abcd", "Oslo 02": "abcd"}
    assert absent == {(case, name) for case, names in expected.items() for name in names}
    assert {answer.clearance[answer.message(case, name).id]["clearance"] for case, name in absent} == {"keep"}
    held = {m.id for place in answer.folder.cases.values() for m in place.messages.values()} - {
        answer.message(case, name).id for case, name in absent
    }
    assert sum(int(row["sent"]) for row in answer.municipalities) == len(answer.findings) == len(held)
    assert answer.release["checks"]["failed"] == 0
