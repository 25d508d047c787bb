"""What operators are woken by: how long a release has left, how old the decision is, and what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from integration.test_release_service import V1, Service
from meldingskontroll.release.service.problems import KINDS
from support.released import AS_OF, LOST, REGISTERED, Released

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
PREFIX = "deletion_release_"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr("meldingskontroll.release.service.reader._PATIENCE_S", 0.0)
    made = Service(Released(tmp_path / "work"))
    with made.client:
        yield made


def measured(service: Service) -> dict[str, float]:
    """Every sample by its name and its labels' values."""
    text = service.client.get("/deletion-release/metrics", headers=service.headers).text
    return {
        " ".join([sample.name.removeprefix(PREFIX), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_where_nothing_was_decided_the_age_is_endless_and_no_time_is_left(service: Service) -> None:
    said = measured(service)
    assert (said["is_release"], said["seconds_left"], said["decision_age_seconds"]) == (0, 0, inf)
    assert said["service_holds DECISION_MISSING"] == 1
    assert (said["reads_total whole decision"], said["reads_total failed decision"]) == (0, 1)


def test_the_time_left_falls_to_nothing_and_the_age_grows(service: Service) -> None:
    service.folder.release()
    service.now = AS_OF + timedelta(hours=20)
    said = measured(service)
    assert (said["is_release"], said["seconds_left"], said["decision_age_seconds"]) == (1, 4 * 3600, 20 * 3600)
    service.now = AS_OF + timedelta(hours=30)
    said = measured(service)
    assert (said["is_release"], said["seconds_left"], said["decision_age_seconds"]) == (0, 0, 30 * 3600)
    assert said["service_holds EXPIRED"] == 1


def test_each_reading_is_counted_once_by_what_came_of_it(service: Service) -> None:
    service.folder.release()
    service.clear(REGISTERED)
    service.clear(LOST)
    said = measured(service)
    assert (said["reads_total whole decision"], said["reads_total whole clearance"]) == (1, 1)
    service.folder.work.clearance.write_bytes(b"PAR1")
    assert service.clear(REGISTERED).json()["clearances"][0]["clearance"] == "keep"
    said = measured(service)
    assert (said["reads_total failed decision"], said["reads_total failed clearance"]) == (1, 1)
    assert (said["is_release"], said["service_holds CLEARANCE_UNREADABLE"]) == (0, 1)


def test_a_look_at_the_decision_lets_the_clearances_be_read_before_they_are_asked_for(service: Service) -> None:
    service.folder.release()
    service.status()
    # The second call comes after what the first one set going on the same threads.
    for _ in range(200):
        if measured(service)["reads_total whole clearance"]:
            break
    assert measured(service)["reads_total whole clearance"] == 1
    service.clear(REGISTERED)
    assert measured(service)["reads_total whole clearance"] == 1


def test_calls_that_are_turned_away_are_counted_by_their_code(service: Service) -> None:
    service.clear("x")
    service.get("/nothing")
    service.client.get(f"{V1}/status")
    service.client.get("/elsewhere")
    said = measured(service)
    counted = {name: number for name, number in said.items() if name.startswith("problems_total") and number}
    assert counted == {
        "problems_total INVALID_ID": 1,
        "problems_total NOT_FOUND": 2,
        "problems_total INVALID_TOKEN": 1,
    }


def test_every_metric_that_the_alerts_for_operators_ask_is_there_after_one_call(service: Service) -> None:
    """An alert on a name that nothing has would never be raised."""
    service.status()
    (alerts,) = re.findall(r"```yaml\n(groups:.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    asked = set(re.findall(rf"\b{PREFIX}\w+", alerts))
    assert len(asked) >= 5
    text = service.client.get("/deletion-release/metrics", headers=service.headers).text
    there = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    assert asked - there == set()
    codes = set(re.findall(r'code="([A-Z_]+)"', alerts)) | set(re.findall(r"\|?([A-Z]+_[A-Z_]+)", alerts))
    assert codes
    assert codes <= set(KINDS)
