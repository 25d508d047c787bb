"""A portal that is down is left alone for a while, and an extract that was interrupted goes on where it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from integration.scripted_portal import ScriptedPortal, at, message
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal import extract_api
from meldingskontroll.portal.circuit import Circuit
from meldingskontroll.portal.errors import PortalError, PortalIncomplete, PortalUnavailable
from meldingskontroll.settings import Settings

MARCH = (datetime(2022, 2, 28, 23), datetime(2022, 3, 31, 22))
fault = pytest.mark.fault


@fault(
    "the portal is down for a long time", "after three calls without an answer none is made until a while has passed"
)
def test_a_circuit_opens_for_every_task_says_until_when_and_recovers(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    settings = settings.model_copy(update={"portal_retries": 0, "portal_circuit_seconds": 60.0})
    portal.script = at(0, None)
    portal.script = lambda portal, path, query: (503, {}) if path.endswith("/meldinger") else None
    for _ in range(3):
        with pytest.raises(PortalUnavailable, match="503"):
            extract_api.extract_interval(work, settings, *MARCH)
    asked = len(portal.asked)
    with pytest.raises(PortalUnavailable, match=r"left alone until 20\d\d-.*Z"):
        extract_api.extract_interval(work, settings, *MARCH)
    assert len(portal.asked) == asked
    portal.script = lambda portal, path, query: None
    later = settings.model_copy(update={"portal_circuit_seconds": 0.0})
    assert extract_api.extract_interval(work, later, *MARCH)["messages"] == 9
    assert extract_api.extract_interval(work, settings, *MARCH)["messages"] == 9


def test_a_circuit_that_is_tried_again_in_vain_stays_open(settings: Settings, tmp_path: Path) -> None:
    calls = []

    def fails() -> None:
        calls.append(1)
        raise PortalUnavailable("down")

    settings = settings.model_copy(update={"portal_circuit_failures": 2, "portal_circuit_seconds": 0.0})
    circuit = Circuit(settings, tmp_path / "circuit.json")
    for _ in range(3):
        with pytest.raises(PortalUnavailable, match="down"):
            circuit.call(fails)
    lasting = settings.model_copy(update={"portal_circuit_seconds": 60.0})
    with pytest.raises(PortalUnavailable, match="left alone"):
        Circuit(lasting, tmp_path / "circuit.json").call(fails)
    assert len(calls) == 3


@pytest.mark.parametrize("content", ["", "{ half", "[]", '{"state": "open"}'])
def test_a_circuits_file_that_is_not_whole_is_a_closed_circuit(
    settings: Settings, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "circuit.json"
    file.write_text(content)
    assert Circuit(settings, file).call(lambda: 7) == 7


def test_a_refusal_does_not_open_the_circuit(portal: ScriptedPortal, settings: Settings, work: WorkFolder) -> None:
    portal.script = lambda portal, path, query: (403, {}) if path.endswith("/meldinger") else None
    for _ in range(5):
        with pytest.raises(PortalError, match="does not let us read"):
            extract_api.extract_interval(work, settings, *MARCH)


@fault("an extract is interrupted after some pages", "the next goes on from there, and reads the last kept page again")
def test_an_interrupted_extract_goes_on_from_the_last_page_that_it_had(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    portal.script = at(4, lambda portal, query: (403, {}))
    with pytest.raises(PortalError):
        extract_api.extract_interval(work, settings, *MARCH)
    portal.asked.clear()
    portal.script = lambda portal, path, query: None
    assert extract_api.extract_interval(work, settings, *MARCH)["messages"] == 9
    assert [call.query["fra"] for call in portal.of("/meldinger")] == ["4", "6", "8"]
    assert not work.extract_pages(*MARCH).exists()


@fault("the log changes between an interruption and the next run", "nothing that was kept is used")
@pytest.mark.parametrize("change", ["added", "answered", "old", "altered"])
def test_kept_pages_that_no_longer_hold_are_read_anew(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder, change: str
) -> None:
    portal.script = at(4, lambda portal, query: (403, {}))
    with pytest.raises(PortalError):
        extract_api.extract_interval(work, settings, *MARCH)
    portal.asked.clear()
    portal.script = lambda portal, path, query: None
    if change == "added":
        portal.rows.insert(0, message(datetime(2022, 3, 1, 12), 99))
    elif change == "answered":
        portal.rows[5]["bekreftet"] = "2022-03-30T08:00:00"
    elif change == "old":
        settings = settings.model_copy(update={"portal_resume_hours": -1.0})
    else:
        page = work.extract_pages(*MARCH) / "page-00000.json"
        page.write_text(page.read_text().replace("PRIVAT", "OFFENTLIG"))
    extract_api.extract_interval(work, settings, *MARCH)
    asked = [call.query["fra"] for call in portal.of("/meldinger")]
    assert asked[-1] == "8" and asked.count("0") == 1
    written = work.portal_file("messages", *MARCH).read_text()
    assert written.count("\n") == 1 + len(portal.rows)
    assert all(row["bekreftet"] in written for row in portal.rows)


def test_the_kept_pages_of_a_reading_that_contradicts_itself_are_thrown_away(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    portal.script = lambda portal, path, query: (200, {}) if path.endswith("gitt-periode") else None
    with pytest.raises(PortalIncomplete, match="lack antall"):
        extract_api.extract_interval(work, settings, *MARCH)
    assert not work.extract_pages(*MARCH).exists()


def test_kept_histories_hold_no_free_text(portal: ScriptedPortal, settings: Settings, work: WorkFolder) -> None:
    portal.rows[0]["bekreftet"] = portal.rows[1]["bekreftet"] = ""
    first, second = (row["bekymringsmeldingId"] for row in portal.rows[:2])
    portal.events[first] = [{"bekymringsmeldingId": first, "state": "AVVIST_PRINT", "beskrivelse": "Ola i Storgata"}]
    portal.script = lambda portal, path, query: (403, {}) if path.endswith(second) else None
    with pytest.raises(PortalError):
        extract_api.extract_interval(work, settings, *MARCH)
    kept = [file.read_text() for file in work.extract_pages(*MARCH).iterdir()]
    assert len(kept) == 6 and not any("Storgata" in text for text in kept)
    portal.asked.clear()
    portal.script = lambda portal, path, query: None
    extract_api.extract_interval(work, settings, *MARCH)
    assert [call.path.rsplit("/", 1)[1] for call in portal.asked if "/historikk/" in call.path] == [second]
