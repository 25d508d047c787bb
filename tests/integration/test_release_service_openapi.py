"""The OpenAPI document: complete, and true of a real server for whatever Schemathesis makes of it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from meldingskontroll.domain import Outcome
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service import openapi
from meldingskontroll.release.service.app import ROUTES, create_app
from meldingskontroll.release.service.guard import Guard
from meldingskontroll.release.service.problems import KINDS
from meldingskontroll.release.service.snapshot import ServiceReason
from meldingskontroll.settings import Settings
from support.released import AS_OF, LOST, REGISTERED, Released, serving


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = Released(tmp_path_factory.mktemp("document") / "work")
    with serving(folder.work) as address:
        return dict(requests.get(f"{address}/openapi.json", timeout=10).json())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{m} {p}": found for p, item in document["paths"].items() for m, found in item.items()}


def test_every_route_is_described_and_nothing_else(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {route.path for route in ROUTES} - {"/openapi.json"}
    assert [server["url"] for server in document["servers"]] == ["/deletion-release"]
    assert {name: one["type"] for name, one in document["components"]["securitySchemes"].items()} == {"bearer": "http"}
    names = [found["operationId"] for found in operations(document).values()]
    assert len(set(names)) == len(names)
    assert {tag for found in operations(document).values() for tag in found["tags"]} == {
        t["name"] for t in document["tags"]
    }


def test_the_document_names_whom_to_ask_where_somebody_is_named(tmp_path: Path) -> None:
    for contact, member in (("", set()), ("drift@example.no", {"email"}), ("https://example.no/@drift", {"url"})):
        api = FastAPI()
        openapi.describe(api, contact)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(openapi, "_operations", dict)
            assert set(api.openapi()["info"]["contact"]) == {"name"} | member


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each content of each question and answer, with where it stands."""
    for name, found in operations(document).items():
        answers = {f"{name} {status}": one for status, one in found["responses"].items()}
        for place, one in (answers | {name: found.get("requestBody", {})}).items():
            for media_type, content in one.get("content", {}).items():
                yield f"{place} {media_type}", content


def test_every_content_has_an_example_and_every_example_is_what_it_says_it_is(document: dict[str, Any]) -> None:
    seen = 0
    for place, content in bodies(document):
        shown = [one["value"] for one in content.get("examples", {}).values()] + [content.get("example")]
        assert shown != [None], place
        judge = Draft202012Validator(content["schema"] | {"components": document["components"]})
        for value in shown:
            if value is not None:
                assert [fault.message for fault in judge.iter_errors(value)] == [], place
                seen += 1
    assert seen > 50


def test_an_answer_that_asks_for_patience_says_for_how_long(document: dict[str, Any]) -> None:
    for name, found in operations(document).items():
        for status in {"429", "503"} & set(found["responses"]):
            assert "Retry-After" in found["responses"][status]["headers"], name


def test_every_reason_that_a_clearance_can_have_is_explained(document: dict[str, Any]) -> None:
    rule = (Path(__file__).resolve().parents[2] / "sql" / "release" / "30_clearance.sql").read_text(encoding="utf-8")
    reasons = set(re.findall(r"THEN '([A-Z_]+)'", rule)) | {str(outcome).upper() for outcome in Outcome}
    assert {"LOST", "HOLD", "FOLLOWED_UP"} <= reasons
    explained = document["components"]["schemas"]["Clearance"]["properties"]["reason"]["description"]
    assert {reason for reason in reasons if f"`{reason}`" not in explained} == set()


def test_every_route_says_whether_it_needs_a_token_and_the_guard_agrees(document: dict[str, Any]) -> None:
    described = {name.split()[1]: found["security"] == [] for name, found in operations(document).items()}
    assert described == {route.path: route.is_open for route in ROUTES if route.path != "/openapi.json"}


def test_every_error_that_can_be_given_is_described_with_an_example(document: dict[str, Any]) -> None:
    shown = {
        code
        for found in operations(document).values()
        for answer in found["responses"].values()
        for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
    }
    assert shown == set(KINDS) - {"NOT_FOUND", "METHOD_NOT_ALLOWED"}


def test_every_reason_of_the_service_is_explained(document: dict[str, Any]) -> None:
    assert [reason for reason in ServiceReason if f"`{reason}`" not in document["info"]["description"]] == []


def test_the_document_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """No page that would fetch scripts from other hosts, and no reference that leaves the document."""
    app = create_app(WorkFolder(tmp_path), Settings())
    assert isinstance(app, Guard)
    folder = Released(tmp_path / "work")
    with serving(folder.work) as address:
        for path in ("/docs", "/redoc", "/v1/docs", "/v1/openapi.json"):
            assert requests.get(address + path, timeout=10).status_code == 401
        text = requests.get(f"{address}/openapi.json", timeout=10).text
    assert '"$ref": "http' not in text


def check(address: str, token: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Let Schemathesis call every operation, with questions that fit and that do not, under all its checks."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json", "--url", address]
    command += ["-H", f"Authorization: Bearer {token}", "--checks", "all", "--generation-deterministic", "--no-color"]
    with tempfile.TemporaryDirectory() as scratch:
        return subprocess.run([*command, *options], cwd=scratch, capture_output=True, text=True, check=False)


def test_under_a_release_no_call_gets_a_fault_or_an_answer_that_is_not_described(tmp_path: Path) -> None:
    folder = Released(tmp_path / "work")
    folder.release()
    folder.write_municipalities()
    with serving(folder.work, at=AS_OF) as address:
        done = check(address, folder.token(), "--phases", "examples,coverage,fuzzing", "--max-examples", "5")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "Tested: 9" in done.stdout


def test_where_nothing_was_written_every_answer_is_one_that_is_described(tmp_path: Path) -> None:
    """That it is not ready is said with a status of 5xx, which is described."""
    folder = Released(tmp_path / "work")
    with serving(folder.work, at=AS_OF) as address:
        done = check(address, folder.token(), "--phases", "coverage", "--exclude-checks", "not_a_server_error")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "Tested: 9" in done.stdout


def test_the_check_sees_an_answer_of_5xx(tmp_path: Path) -> None:
    with serving(Released(tmp_path / "work").work) as address:
        done = check(address, "mdk_unknown", "--phases", "coverage", "--include-path", "/ready")
    assert done.returncode == 1, done.stdout[-4000:]


@given(ids=st.lists(st.sampled_from([REGISTERED, LOST, "", "x", REGISTERED.upper()]), max_size=5))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_an_answer_has_as_many_clearances_as_ids_were_asked_or_is_an_error(
    service: tuple[str, str], ids: list[str]
) -> None:
    address, token = service
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{address}/v1/clearance", json={"ids": ids}, headers=headers, timeout=10)
    is_question = bool(ids) and not {"", "x"} & set(ids)
    assert answer.status_code == (200 if is_question else 422)
    if is_question:
        assert [row["id"] for row in answer.json()["clearances"]] == ids


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = Released(tmp_path_factory.mktemp("asked") / "work")
    folder.release()
    with serving(folder.work, at=AS_OF) as address:
        yield address, folder.token()
