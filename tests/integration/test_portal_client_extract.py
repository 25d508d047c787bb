"""An interval of the portal's log, fetched and left as the files that KS also hands over."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integration.scripted_portal import ScriptedPortal, message, serving
from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal import extract_api
from meldingskontroll.portal.errors import PortalError, PortalIncomplete
from meldingskontroll.portal.extract_import import import_extract
from meldingskontroll.settings import Settings

MARCH = (datetime(2022, 2, 28, 23), datetime(2022, 3, 31, 22))
APRIL = (datetime(2022, 3, 31, 22), datetime(2022, 4, 30, 22))
MAY = (datetime(2022, 4, 30, 22), datetime(2022, 5, 31, 22))


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    rows = [message(datetime(2022, 3, 1) + timedelta(days=9 * i), i) for i in range(9)]
    rows[1] |= {"bekreftet": "", "skjemaType": "OFFENTLIG", "fraFagsystem": True}
    with serving(ScriptedPortal(rows)) as portal:
        yield portal


def manifest(work: WorkFolder) -> dict[str, Any]:
    return dict(json.loads(work.portal_manifest.read_text()))


def contents(work: WorkFolder) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in work.portal.iterdir()}


def test_two_months_are_two_files_and_a_manifest_that_the_import_takes_as_complete(
    work: WorkFolder, settings: Settings
) -> None:
    for interval in (MARCH, APRIL):
        record = extract_api.extract_interval(work, settings, *interval)
    assert record == {
        "from_utc": "2022-03-31T22:00:00Z",
        "to_utc": "2022-04-30T22:00:00Z",
        "files": 1,
        "messages": 3,
        "manifest_total": 7,
    }
    assert sorted(file.name for file in work.portal.glob("messages*")) == [
        "messages-20220228T230000Z--20220331T220000Z.csv",
        "messages-20220331T220000Z--20220430T220000Z.csv",
    ]
    declared = manifest(work)
    assert (declared["fraDato"], declared["tilDato"]) == ("2022-03-01T00:00:00", "2022-05-01T00:00:00")
    assert declared["totaltAntallTreff"] == 7

    import_extract(work, Clock(datetime(2022, 6, 1, tzinfo=UTC)), settings)
    with sql.connect(settings) as connection:
        sql.load(connection, work, ["portal__extract", "portal__messages"])
        extract = sql.rows(connection, "SELECT * FROM portal__extract")[0]
        stored = sql.rows(connection, "SELECT form_type, acknowledged_utc FROM portal__messages ORDER BY sent_utc")
    assert extract["declared"] is True
    assert (extract["declared_total"], extract["unique_ids"]) == (7, 7)
    assert (extract["from_utc"], extract["to_utc"]) == (MARCH[0], APRIL[1])
    assert stored[1] == {"form_type": "public", "acknowledged_utc": None}


def test_the_history_is_fetched_for_what_is_not_acknowledged_and_its_free_text_is_left_out(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal
) -> None:
    message_id = portal.rows[1]["bekymringsmeldingId"]
    portal.events[message_id] = [
        {
            "bekymringsmeldingId": message_id,
            "tidspunkt": "2022-03-11T10:00:00",
            "state": "AVVIST_PRINT",
            "beskrivelse": "Ola Nordmann i Storgata",
        }
    ]
    extract_api.extract_interval(work, settings, *MARCH)
    assert [call.path.rsplit("/", 1)[1] for call in portal.asked if "/historikk/" in call.path] == [message_id]
    with next(work.portal.glob("history*.csv")).open(newline="") as stream:
        assert [(row["state"], row["beskrivelse"]) for row in csv.DictReader(stream)] == [("AVVIST_PRINT", "[utelatt]")]


def test_fetching_again_replaces_the_same_file_with_what_has_come_since(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal
) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    before = contents(work)
    portal.rows[1]["bekreftet"] = "2022-03-12T08:00:00"
    extract_api.extract_interval(work, settings, *MARCH)
    after = contents(work)
    assert after.keys() == before.keys()
    assert b"2022-03-12T08:00:00" in after["messages-20220228T230000Z--20220331T220000Z.csv"]
    assert manifest(work)["totaltAntallTreff"] == 4


def test_an_interval_that_overlaps_an_earlier_one_takes_that_one_again_and_adds_the_rest(
    work: WorkFolder, settings: Settings
) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    record = extract_api.extract_interval(work, settings, datetime(2022, 3, 20), APRIL[1])
    assert record["files"] == 2
    assert record["manifest_total"] == 7
    assert len(list(work.portal.glob("messages*"))) == 2


def test_what_lies_beyond_a_gap_is_not_declared_as_covered(work: WorkFolder, settings: Settings) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    extract_api.extract_interval(work, settings, *MAY)
    assert manifest(work)["tilDato"] == "2022-04-01T00:00:00"
    extract_api.extract_interval(work, settings, *APRIL)
    assert manifest(work)["tilDato"] == "2022-06-01T00:00:00"


def test_an_interval_that_has_not_ended_is_declared_no_further_than_now(work: WorkFolder, settings: Settings) -> None:
    begin = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=1)
    record = extract_api.extract_interval(work, settings, begin, begin + timedelta(days=1))
    assert datetime.fromisoformat(record["to_utc"][:-1]) <= datetime.now(UTC).replace(tzinfo=None)
    with pytest.raises(PortalError, match="has not begun"):
        extract_api.extract_interval(work, settings, begin + timedelta(days=1), begin + timedelta(days=2))


def short_page(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
    return (200, {"totaltAntallTreff": 4, "meldinger": []}) if path.endswith("/meldinger") else None


def lying_count(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
    names = ("antallPrivateBekymringsmeldingerGittPeriode", "antallOffentligBekymringsmeldingerGittPeriode")
    counts = dict.fromkeys((*names, "antallFraFagsystemGittPeriode"), 1)
    return (200, counts) if path.endswith("gitt-periode") else None


def no_count(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
    return (200, {}) if path.endswith("gitt-periode") else None


def filter_that_does_not_filter(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
    if not path.endswith("/meldinger"):
        return None
    begin = int(query["fra"])
    return 200, {"totaltAntallTreff": len(portal.rows), "meldinger": portal.rows[begin : begin + 2]}


def broken_history(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
    return (500, {}) if "/historikk/" in path else None


@pytest.mark.fault(
    "a short page, lying or missing counts, a filter that does not filter, histories that fail",
    "the earlier extract and the manifest stand whole",
)
@pytest.mark.parametrize(
    ("script", "words"),
    [
        (short_page, "gave 0"),
        (lying_count, "its log lists"),
        (no_count, "lack antallPrivate"),
        (filter_that_does_not_filter, "filter does not work"),
        (broken_history, "500"),
    ],
)
def test_an_extract_that_fails_leaves_the_earlier_one_whole(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal, script: Any, words: str
) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    before = contents(work)
    portal.script = script
    with pytest.raises(PortalError, match=words):
        extract_api.extract_interval(work, settings, *MARCH)
    assert contents(work) == before
    portal.script = lambda portal, path, query: None
    assert extract_api.extract_interval(work, settings, *APRIL)["manifest_total"] == 7


@pytest.mark.fault(
    "one message in two periods",
    "refused; the manifest stands",
)
def test_one_message_in_two_periods_is_not_declared(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal
) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    portal.rows.append(message(datetime(2022, 4, 10), 0))
    before = contents(work)
    with pytest.raises(PortalIncomplete, match="1 messages in two periods"):
        extract_api.extract_interval(work, settings, *APRIL)
    assert contents(work) == before


@pytest.mark.parametrize("killed_at", ["write_json", "write_bytes"])
def test_a_run_killed_while_it_writes_declares_nothing_new_and_the_next_completes_it(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal, killed_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    before = contents(work)
    portal.rows[1]["bekreftet"] = "2022-03-12T08:00:00"

    def kill(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(extract_api, killed_at, kill)
        with pytest.raises(KeyboardInterrupt):
            extract_api.extract_interval(work, settings, *MARCH)
    assert contents(work) == before
    assert extract_api.extract_interval(work, settings, datetime(2022, 3, 20), APRIL[1])["manifest_total"] == 7


@pytest.mark.fault(
    "a file of the extract is altered by hand",
    "not declared; which interval to extract anew is said",
)
def test_an_altered_file_is_not_declared_again(work: WorkFolder, settings: Settings) -> None:
    extract_api.extract_interval(work, settings, *MARCH)
    file = work.portal_file("messages", *MARCH)
    file.write_text("\n".join(file.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(PortalIncomplete, match="not as it was extracted"):
        extract_api.extract_interval(work, settings, *APRIL)
    assert manifest(work)["tilDato"] == "2022-04-01T00:00:00"


def test_a_hand_over_from_ks_and_an_extraction_of_ours_are_not_mixed(
    work: WorkFolder, settings: Settings, portal: ScriptedPortal
) -> None:
    work.portal.mkdir(parents=True)
    (work.portal / "messages.csv").write_text("bekymringsmeldingId\n")
    with pytest.raises(PortalError, match=r"messages\.csv was not extracted here"):
        extract_api.extract_interval(work, settings, *MARCH)
    assert portal.asked == []
