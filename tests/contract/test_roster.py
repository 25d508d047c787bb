"""Who must be heard (contract §1 "The roster")."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, Message

STRANGER = str(uuid5(NAMESPACE_URL, "recipient/that nobody has listed"))


def build(folder: Folder) -> None:
    folder.manifest = (folder.manifest or {}) | {"fraDato": "2020-07-01T00:00:00"}
    folder.place("Familia").send_each("a b")
    folder.place("Familia without a start", start="", listed="MANUELL_MOTTAK").send_each("a b")
    ended = folder.place(
        "Familia that ended in August 2020", start="2019-01-01", end="2020-08-01", listed="MANUELL_MOTTAK"
    )
    ended.send_each("a b")
    folder.place("Familia since 2019", start="2019-01-01").send("a", "2020-09-01T00:00:00")
    folder.messages.append(
        Message(
            str(uuid5(NAMESPACE_URL, "before")),
            "2020-08-31T23:59:59",
            "OFFENTLIG",
            "FIKS_IO",
            "2020-09-01T00:00:05",
            folder.cases["Familia since 2019"].recipient,
        )
    )
    folder.place("unknown system", system="UKJENT", start="").send_each("a b", first="2020-10-01T10:00:00")
    for system in ("VISMA_FLYT_BARNEVERN", "DIPS_BARNEVERN", "NETCOMPANY_MODULUS_BARN", "MANUELL_MOTTAK"):
        folder.place(system, system=system).send_each("a b")
    place = folder.place("away and back", start="2021-01-01", end="2021-07-01")
    folder.use(place, "DIPS_BARNEVERN", "2021-07-01", "2022-01-01")
    folder.use(place, "VISMA_FAMILIA", "2022-01-01")
    place.send("first time", "2021-03-01T10:00:00")
    place.send("last second", "2021-06-30T23:59:59")
    place.send("away", "2021-10-01T10:00:00")
    place.send("back", "2022-01-01T00:00:00")
    # DIPS since 2022 by case_systems.csv, Familia still by recipients.csv: two truths about the same time.
    place = folder.place("contradicted", start="2021-01-01", end="2022-01-01", listed="VISMA_FAMILIA")
    folder.use(place, "DIPS_BARNEVERN", "2022-01-01")
    place.send("a", "2021-03-01T10:00:00")
    place = folder.place("not in case_systems, messages since 2020", system=None)
    place.send("a", "2020-12-01T10:00:00")
    place = folder.place("not in case_systems, messages before", system=None)
    place.send("a", "2020-08-01T10:00:00")
    folder.place("not in case_systems, no messages", system=None)
    folder.messages.append(
        Message(
            str(uuid5(NAMESPACE_URL, "stray")),
            "2023-02-01T10:00:00",
            "OFFENTLIG",
            "FIKS_IO",
            "2023-02-01T10:00:05",
            STRANGER,
        )
    )


FOLDERS = {"roster": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["roster"]


def test_familia_with_a_start_is_an_entry_with_its_messages(answer: Answer) -> None:
    assert answer.entry("Familia")["sent"] == "2"
    assert answer.met("Familia", "CASE_SYSTEM_KNOWN")


@pytest.mark.parametrize(
    "name",
    [
        "Familia without a start",
        "Familia that ended in August 2020",
        "VISMA_FLYT_BARNEVERN",
        "NETCOMPANY_MODULUS_BARN",
        "MANUELL_MOTTAK",
        "DIPS_BARNEVERN",
        "not in case_systems, messages before",
        "not in case_systems, no messages",
    ],
)
def test_others_are_no_entry_and_their_messages_are_kept(answer: Answer, name: str) -> None:
    """Messages of nobody's entry are not in findings, and are `keep` in clearance."""
    assert answer.entries(name) == []
    assert set(answer.outcomes(name).values()) <= {"absent"}
    for message in answer.folder.cases[name].messages.values():
        assert answer.clearance[message.id]["clearance"] == "keep"


def test_nothing_before_september_2020_is_in_scope(answer: Answer) -> None:
    """The first second of September is, the second before is not."""
    assert answer.entry("Familia since 2019")["sent"] == "1"
    assert answer.outcomes("Familia since 2019")["a"] == "unknown"


def test_an_unknown_system_is_in_scope_from_september_2020_and_blocks(answer: Answer) -> None:
    assert answer.entry("unknown system")["sent"] == "2"
    assert answer.entry("unknown system")["verdict"] == "not_verified"
    assert not answer.met("unknown system", "CASE_SYSTEM_KNOWN")


def test_away_and_back_is_one_entry_whose_period_is_the_union(answer: Answer) -> None:
    expected = {"first time": "unknown", "last second": "unknown", "away": "absent", "back": "unknown"}
    assert answer.outcomes("away and back") == expected
    assert answer.entry("away and back")["sent"] == "3"
    assert answer.met("away and back", "CASE_SYSTEM_KNOWN")


def test_two_truths_about_the_case_system_leave_it_unknown(answer: Answer) -> None:
    assert not answer.met("contradicted", "CASE_SYSTEM_KNOWN")


def test_a_recipient_whose_municipality_has_no_row_is_an_unknown_entry(answer: Answer) -> None:
    name = "not in case_systems, messages since 2020"
    assert answer.entry(name)["sent"] == "1"
    assert not answer.met(name, "CASE_SYSTEM_KNOWN")


def test_an_unlisted_recipient_holds_everything(answer: Answer) -> None:
    assert "RECIPIENT_UNKNOWN" in answer.release["global_reasons"]
    assert answer.release["decision"] == "HOLD"
    stray = str(uuid5(NAMESPACE_URL, "stray"))
    assert stray not in answer.findings
    assert answer.clearance[stray]["clearance"] == "keep"


def test_the_roster_is_exactly_these(answer: Answer) -> None:
    names = (
        "Familia",
        "Familia since 2019",
        "unknown system",
        "away and back",
        "contradicted",
        "not in case_systems, messages since 2020",
    )
    assert answer.release["roster_size"] == len(names)
    found = {row["municipality_no"] for row in answer.municipalities}
    assert found == {answer.folder.cases[name].number for name in names}
