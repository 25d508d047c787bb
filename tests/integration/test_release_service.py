"""The release service as KS meets it (contract §4), with a clock that the tests move."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from meldingskontroll.lake import write_bytes
from meldingskontroll.release import jose
from meldingskontroll.release.service.app import create_app
from meldingskontroll.release.service.serve import Mounted
from meldingskontroll.settings import Settings
from support.released import AS_OF, LOST, REGISTERED, STRANGER, Released, as_bytes, write_clearance

V1 = "/deletion-release/v1"
CLOSED = ("GET /status", "GET /certificate", "GET /municipalities", "POST /clearance")


class Service:
    """A client with its token, the folder that is served, and the clock."""

    def __init__(self, folder: Released, settings: Settings | None = None) -> None:
        self.folder, self.now = folder, AS_OF
        app = create_app(folder.work, settings or Settings(), self._clock)
        self.client = TestClient(Mounted(app), raise_server_exceptions=False)
        self.headers = {"Authorization": f"Bearer {folder.token(days=3000, now=AS_OF)}"}

    def _clock(self) -> datetime:
        return self.now

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(V1 + path, headers=self.headers | headers)

    def clear(self, *ids: str) -> Any:
        return self.client.post(f"{V1}/clearance", headers=self.headers, json={"ids": list(ids)})

    def status(self) -> dict[str, Any]:
        answer = self.get("/status")
        assert answer.status_code == 200
        return dict(answer.json())

    def held(self) -> tuple[str, list[str], str, str]:
        """The decision, its reasons, and the clearance of the registered message with its reason."""
        status, (cleared,) = self.status(), self.clear(REGISTERED).json()["clearances"]
        return status["decision"], status["global_reasons"], cleared["clearance"], cleared["reason"]


@pytest.fixture
def folder(tmp_path: Path) -> Released:
    return Released(tmp_path / "work")


@pytest.fixture
def service(folder: Released, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    # What does not fit is judged at once here; that it is read again for a while is shown under a real server.
    monkeypatch.setattr("meldingskontroll.release.service.reader._PATIENCE_S", 0.0)
    made = Service(folder)
    with made.client:
        yield made


def test_where_nothing_was_written_the_answer_is_hold_and_keep(service: Service) -> None:
    assert service.status()["decision"] == "HOLD"
    assert service.status()["global_reasons"] == ["DECISION_MISSING"]
    assert service.held() == ("HOLD", ["DECISION_MISSING"], "keep", "CLEARANCE_UNREADABLE")
    assert service.get("/certificate").status_code == 404
    assert service.get("/municipalities").status_code == 503
    assert service.client.get(f"{V1}/jwks.json").json()["keys"]


def test_under_a_release_the_status_is_release_json_and_the_certificate_signs_it(service: Service) -> None:
    content = service.folder.release()
    status, certificate = service.get("/status"), service.get("/certificate")
    assert status.content == content
    assert (status.status_code, status.headers["content-type"]) == (200, "application/json")
    assert certificate.headers["content-type"] == "application/jose"
    keys = jose.read_key_set(service.client.get(f"{V1}/jwks.json").content)
    assert jose.verified(certificate.content, keys, jose.CERTIFICATE) == content


def test_ids_are_answered_in_the_order_asked_repeated_ones_again_and_unknown_ones_with_keep(service: Service) -> None:
    service.folder.release()
    asked = [STRANGER, REGISTERED, LOST, REGISTERED.upper(), STRANGER]
    answer = service.clear(*asked).json()
    assert answer["decision"] == "RELEASE"
    assert [(row["id"], row["clearance"], row["reason"]) for row in answer["clearances"]] == [
        (STRANGER, "keep", "UNKNOWN_ID"),
        (REGISTERED, "delete", "REGISTERED"),
        (LOST, "keep", "LOST"),
        (REGISTERED.upper(), "delete", "REGISTERED"),
        (STRANGER, "keep", "UNKNOWN_ID"),
    ]


def test_ten_thousand_ids_are_answered_and_one_more_is_refused(service: Service) -> None:
    service.folder.release()
    answer = service.clear(*[STRANGER, REGISTERED] * 5000)
    assert answer.status_code == 200
    assert [row["clearance"] for row in answer.json()["clearances"]] == ["keep", "delete"] * 5000
    refused = service.clear(*[STRANGER] * 10_001)
    assert (refused.status_code, refused.json()["code"]) == (422, "TOO_MANY_IDS")


def test_a_release_holds_before_and_after_its_time(service: Service) -> None:
    service.folder.release()
    assert service.held() == ("RELEASE", [], "delete", "REGISTERED")
    service.now = AS_OF + timedelta(hours=24)
    assert service.held() == ("HOLD", ["EXPIRED"], "keep", "EXPIRED")
    assert service.get("/certificate").json()["reasons"] == ["EXPIRED"]
    service.now = AS_OF - timedelta(seconds=1)
    # The token too is younger than this moment.
    assert service.get("/status").status_code == 401


def test_a_hold_wins_at_once_and_a_release_comes_back(service: Service) -> None:
    service.folder.release()
    assert service.status()["decision"] == "RELEASE"
    service.folder.hold()
    assert service.held() == ("HOLD", ["REQUIREMENTS_UNMET"], "keep", "HOLD")
    service.folder.release(AS_OF)
    assert service.held() == ("RELEASE", [], "delete", "REGISTERED")


def test_a_hold_beside_the_files_of_a_release_deletes_nothing(service: Service) -> None:
    """A run killed after the decision: the certificate and a clearance that deletes still stand."""
    content = service.folder.release()
    write_bytes(service.folder.work.decision, as_bytes(service.folder.document("HOLD")))
    assert service.held() == ("HOLD", ["REQUIREMENTS_UNMET"], "keep", "HOLD")
    write_clearance(service.folder.work.clearance, service.folder.cleared, content)
    assert service.held()[2] == "keep"


def test_every_file_of_a_release_that_is_missing_or_broken_holds_it(service: Service) -> None:
    work = service.folder.work
    breaking = {
        work.decision: ("DECISION_MISSING", "DECISION_UNREADABLE"),
        work.certificate: ("CERTIFICATE_MISSING", "SIGNATURE_INVALID"),
        work.jwks: ("KEYS_UNREADABLE", "KEYS_UNREADABLE"),
        work.approvers: ("APPROVALS_INVALID", "APPROVALS_INVALID"),
        work.clearance: ("CLEARANCE_UNREADABLE", "CLEARANCE_UNREADABLE"),
    }
    for file, (missing, broken) in breaking.items():
        service.folder.release()
        assert service.held()[0] == "RELEASE"
        content = file.read_bytes()
        file.unlink()
        assert service.held()[:3] == ("HOLD", [missing], "keep"), file.name
        file.write_bytes(content[: len(content) // 2])
        assert service.held()[:3] == ("HOLD", [broken], "keep"), file.name
        file.write_bytes(content)
        assert service.held()[0] == "RELEASE"


def test_a_clearance_of_another_decision_is_not_believed(service: Service) -> None:
    content = service.folder.release()
    write_clearance(service.folder.work.clearance, {REGISTERED: ("delete", "REGISTERED")}, content + b" ")
    assert service.held()[:3] == ("HOLD", ["CLEARANCE_DIFFERS"], "keep")


def test_the_keys_beside_the_private_one_outrank_those_in_out(service: Service) -> None:
    """Who can write to `out/` alone cannot put a release of their own there."""
    service.folder.release()
    work, stranger = service.folder.work, jose.new_key()
    write_bytes(work.public_keys, as_bytes(jose.key_set([service.folder.key])))
    service.folder.sign(work.decision.read_bytes(), stranger)
    work.jwks.write_bytes(as_bytes(jose.key_set([stranger])))
    assert service.held()[:3] == ("HOLD", ["SIGNATURE_INVALID"], "keep")


def test_a_release_that_ks_could_not_verify_by_the_keys_it_is_shown_is_held(service: Service) -> None:
    service.folder.release()
    work, own = service.folder.work, as_bytes(jose.key_set([service.folder.key]))
    write_bytes(work.public_keys, own)
    assert service.held()[0] == "RELEASE"
    work.jwks.unlink()
    assert service.held()[:3] == ("HOLD", ["KEYS_UNREADABLE"], "keep")
    work.jwks.write_bytes(own[: len(own) // 2])
    assert service.held()[:3] == ("HOLD", ["KEYS_UNREADABLE"], "keep")
    work.jwks.write_bytes(as_bytes(jose.key_set([jose.new_key()])))
    assert service.held()[:3] == ("HOLD", ["SIGNATURE_INVALID"], "keep")
    work.jwks.write_bytes(as_bytes(jose.key_set([jose.new_key(), service.folder.key])))
    assert service.held()[0] == "RELEASE"


@pytest.mark.parametrize("call", CLOSED)
def test_nobody_is_answered_without_a_valid_token_of_the_right_scope(service: Service, call: str) -> None:
    method, path = call.split()
    wrong = service.folder.token("another:scope", now=AS_OF)
    expired = service.folder.token(days=1, now=AS_OF - timedelta(days=2))
    kept = json.loads(service.folder.work.tokens.read_text())["tokens"][0]["sha256"]
    refused: dict[str, dict[str, str]] = {
        "none": {},
        "unknown": {"Authorization": "Bearer mdk_unknown"},
        "empty": {"Authorization": "Bearer "},
        "basic": {"Authorization": service.headers["Authorization"].replace("Bearer", "Basic")},
        "expired": {"Authorization": f"Bearer {expired}"},
        "two": {"Authorization": f"{service.headers['Authorization']} {wrong}"},
        "comma": {"Authorization": f"{service.headers['Authorization']}, Bearer x"},
        "a hash": {"Authorization": f"Bearer {kept}"},
    }  # fmt: skip
    for name, headers in refused.items():
        answer = service.client.request(method, V1 + path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), name
        assert answer.headers["www-authenticate"].startswith("Bearer "), name
    answer = service.client.request(method, V1 + path, headers={"Authorization": f"Bearer {wrong}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "WRONG_SCOPE")
    assert "insufficient_scope" in answer.headers["www-authenticate"]


def test_a_token_in_the_address_is_refused_even_beside_a_valid_one(service: Service) -> None:
    token = service.headers["Authorization"].removeprefix("Bearer ")
    for name in ("access_token", "Access_Token", "token"):
        answer = service.get(f"/status?{name}={token}")
        assert (answer.status_code, answer.json()["code"]) == (400, "TOKEN_IN_ADDRESS")
        assert token not in answer.text


def test_where_the_tokens_cannot_be_read_nobody_is_let_in(service: Service) -> None:
    service.folder.release()
    service.folder.work.tokens.write_text("{")
    answer = service.get("/status")
    assert (answer.status_code, answer.json()["code"]) == (503, "TOKENS_UNREADABLE")


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "INVALID_JSON", 400),
        (b"{", "INVALID_JSON", 400),
        (b'{"ids": ["\xff"]}', "INVALID_JSON", 400),
        (b"[" * 50_000, "INVALID_JSON", 400),
        (b"[]", "INVALID_BODY", 422),
        (b"{}", "INVALID_BODY", 422),
        (b'{"ids": null}', "INVALID_BODY", 422),
        (b'{"ids": {"0": "x"}}', "INVALID_BODY", 422),
        (b'{"ids": [], "more": 1}', "INVALID_BODY", 422),
    ],
)
def test_what_is_no_question_gets_no_answer(service: Service, body: bytes, code: str, status: int) -> None:
    answer = service.client.post(
        f"{V1}/clearance", headers=service.headers | {"Content-Type": "application/json"}, content=body
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_asking_for_nothing_is_refused_since_an_empty_answer_would_pass_for_a_yes(service: Service) -> None:
    service.folder.release()
    assert (service.clear().status_code, service.clear().json()["code"]) == (422, "INVALID_BODY")


def test_one_id_that_is_no_uuid_refuses_all_names_its_place_and_repeats_nothing(service: Service) -> None:
    service.folder.release()
    bad = ["01017012345", "'; DROP TABLE clearance; --", "{{ 7*7 }}", REGISTERED + "\n", f"{{{REGISTERED}}}",
           REGISTERED.replace("-", ""), f"urn:uuid:{REGISTERED}", REGISTERED[:-1] + "\u0661", ""]  # fmt: skip
    answer = service.clear(REGISTERED, *bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_ID")
    assert answer.json()["errors"] == [{"pointer": f"#/ids/{place}"} for place in range(1, len(bad) + 1)]
    assert not any(one in answer.text for one in bad if one)
    for one in (None, 7, [REGISTERED], {"id": REGISTERED}, True):
        refused = service.client.post(f"{V1}/clearance", headers=service.headers, json={"ids": [REGISTERED, one]})
        assert refused.json()["errors"] == [{"pointer": "#/ids/1"}]


def test_what_is_not_json_by_its_own_account_is_not_read(service: Service) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = service.headers | {"Content-Type": kind}
        answer = service.client.post(f"{V1}/clearance", headers=headers, content=b'{"ids": []}')
        assert (answer.status_code, answer.json()["code"]) == (415, "NOT_JSON")


def test_every_error_is_a_problem_with_what_rfc_9457_asks_for(service: Service) -> None:
    calls = {
        404: service.get("/nothing"),
        405: service.client.delete(f"{V1}/status", headers=service.headers),
        422: service.clear("x"),
        401: service.client.get(f"{V1}/status"),
    }
    outside = service.client.get("/elsewhere")
    for status, answer in [*calls.items(), (404, outside)]:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        problem = answer.json()
        assert {"type", "title", "status", "detail", "instance", "code"} <= problem.keys()
        assert problem["status"] == status
    assert calls[405].headers["allow"] == "GET, HEAD"


def test_a_fault_of_ours_is_a_problem_that_tells_nothing_of_what_went_wrong(
    capsys: pytest.CaptureFixture[str], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(f"secret {REGISTERED}")

    monkeypatch.setattr("meldingskontroll.release.service.app._ids_in", broken)
    answer = service.clear(REGISTERED)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text
    assert REGISTERED not in answer.text
    logged = capsys.readouterr().err
    assert "RuntimeError" in logged
    assert REGISTERED not in logged


def test_a_tag_of_a_release_saves_sending_it_again_only_while_it_is_true(service: Service) -> None:
    service.folder.release()
    tag = service.get("/status").headers["etag"]
    assert service.get("/status", **{"If-None-Match": tag}).status_code == 304
    assert service.get("/certificate", **{"If-None-Match": f'"x", W/{tag}'}).status_code == 304
    service.now = AS_OF + timedelta(hours=24)
    expired = service.get("/status", **{"If-None-Match": tag})
    assert (expired.status_code, expired.json()["decision"]) == (200, "HOLD")
    assert service.get("/certificate", **{"If-None-Match": tag}).status_code == 404
    service.now = AS_OF
    service.folder.hold()
    held = service.get("/status", **{"If-None-Match": tag})
    assert (held.status_code, held.json()["decision"]) == (200, "HOLD")
    assert service.get("/status", **{"If-None-Match": "*"}).status_code == 200


def test_no_answer_that_speaks_of_deletion_may_be_kept_by_anybody_on_the_way(service: Service) -> None:
    service.folder.release()
    answers = [service.get("/status"), service.get("/certificate"), service.clear(LOST), service.get("/nothing")]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_one_caller_may_call_so_often_and_no_more_and_refusals_are_counted_by_address(folder: Released) -> None:
    limited = {"requests_per_minute": 4, "ids_per_minute": 2, "refusals_per_minute": 2}
    service = Service(folder, Settings.model_validate({f"service_{name}": most for name, most in limited.items()}))
    asked = [service.clear(LOST, REGISTERED), service.clear(LOST), service.get("/status"), service.get("/status")]
    assert [answer.status_code for answer in asked] == [200, 429, 200, 200]
    refused = service.get("/status")
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    unknown = [service.client.get(f"{V1}/status").status_code for _ in range(3)]
    assert unknown == [401, 401, 429]
    opened = [service.client.get(f"{V1}/jwks.json").status_code for _ in range(3)]
    assert opened == [200, 200, 429]
    assert {service.client.get("/deletion-release/health").status_code for _ in range(9)} == {200}


def test_each_municipality_of_the_roster_is_a_row_with_its_types(service: Service) -> None:
    service.folder.write_municipalities()
    answer = service.get("/municipalities").json()
    assert answer["decision"] == "HOLD"
    (row,) = answer["municipalities"]
    assert (row["municipality_no"], row["coverage_from_utc"]) == ("0301", "2023-07-01T06:00:00Z")
    assert row["coverage_to_utc"] is None
    assert (row["reasons"], row["lost"], row["clock_offset_s"], row["service_id"]) == (["LOG_COVERED"], 3, -3, None)
    whole = pq.read_table(service.folder.work.municipalities)
    place = whole.column_names.index("coverage_share")
    for bad in (pa.table({"municipality_no": ["0301"]}), whole.set_column(place, "coverage_share", [[float("nan")]])):
        pq.write_table(bad, service.folder.work.municipalities)
        assert (service.get("/municipalities").status_code, service.get("/status").status_code) == (503, 200)
    service.folder.write_municipalities()
    assert service.get("/municipalities").json() == answer


def test_operators_see_that_it_lives_whether_it_can_read_and_what_it_answered(
    capsys: pytest.CaptureFixture[str], service: Service
) -> None:
    base = "/deletion-release"
    assert service.client.get(f"{base}/health").status_code == 200
    assert service.client.get(f"{base}/ready").status_code == 503
    service.folder.release()
    assert service.client.get(f"{base}/ready").status_code == 200
    service.clear(REGISTERED, LOST, STRANGER)
    assert service.client.get(f"{base}/metrics").status_code == 401
    metrics = service.client.get(f"{base}/metrics", headers=service.headers).text
    assert "deletion_release_is_release 1.0" in metrics
    assert 'deletion_release_clearances_total{clearance="keep"} 2.0' in metrics
    assert 'route="/v1/clearance",status="200"' in metrics
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {"route": "/v1/clearance", "status": 200, "caller": "KS", "ids": 3}.items() <= lines[-3].items()


def test_neither_log_nor_metrics_hold_ids_tokens_or_addresses_as_asked(
    capsys: pytest.CaptureFixture[str], service: Service
) -> None:
    service.folder.release()
    token = service.headers["Authorization"].removeprefix("Bearer ")
    service.clear(REGISTERED, "not-a-uuid")
    service.get(f"/{REGISTERED}?access_token={token}")
    service.client.request("GET\x7f", f"{V1}/{REGISTERED}")
    written = capsys.readouterr().err + service.client.get("/deletion-release/metrics", headers=service.headers).text
    assert '"event": "call"' in written
    for secret in (REGISTERED, token, "not-a-uuid", "access_token"):
        assert secret not in written


def test_the_page_for_ks_shows_the_answers_that_are_given(folder: Released) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "ks.md").read_text(encoding="utf-8")
    (question,) = re.findall(r"-d '(\{.*?\})'", page)
    (answer,) = re.findall(r"^\{\"decision\": \"RELEASE\".*?\]\}", page, re.DOTALL | re.MULTILINE)
    (problem,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    folder.cleared = {"6f3c9a52-2f0b-4d83-9d2c-1f0a5f7f2d11": ("delete", "REGISTERED")}
    folder.release()
    service = Service(folder)
    ids = json.loads(question)["ids"]
    assert service.clear(*ids).json() == json.loads(answer)
    refused = service.clear(*ids * 5001).json()
    assert refused | {"instance": ""} == json.loads(problem) | {"instance": ""}


def test_whom_to_ask_stands_on_the_page_where_somebody_is_named(folder: Released) -> None:
    folder.hold()
    links = {"drift@example.no": "mailto:drift@example.no", "https://example.no/@drift": "https://example.no/@drift",
             "javascript:alert(1)": "#"}  # fmt: skip
    for contact, link in links.items():
        page = Service(folder, Settings(service_contact=contact)).client.get("/deletion-release/").text
        assert f'Spørsmål: <a href="{link}">{contact}</a>' in page
    assert "Spørsmål" not in Service(folder).client.get("/deletion-release/").text
