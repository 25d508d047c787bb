"""`ledger verify` on a small ledger: each thing that the files can say otherwise than it, and the sentence for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder, json_bytes, sha256_of, write_json
from meldingskontroll.release import jose, ledger, renewal, service_key
from meldingskontroll.release.approvals import sign_statement
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.ledger_check import check_ledger

KEY, KARI, OLA = jose.new_key(), jose.new_key("Kari Ås"), jose.new_key("Ola Nordmann")
BEFORE, NOW = {"portal/manifest.json": "a"}, {"portal/manifest.json": "b", "portal/messages.csv": "c"}
OVERRIDES = [{"municipality_no": "0301", "requirement": "LOG_COVERED"}]


class Story:
    """A folder whose ledger says what `out/` says, written line by line."""

    def __init__(self, root: Path, key: OKPKey | None = KEY) -> None:
        self.work, self.key = WorkFolder(root), key
        self.work.out.mkdir(parents=True, exist_ok=True)
        service_key.publish_public_keys(self.work, KEY)
        self.statements: list[dict[str, Any]] = []
        self.overrides: list[dict[str, str]] = []
        self.inputs: dict[str, str] = {}

    def add(self, event: str, **fields: Any) -> None:
        ledger.append(self.work, event, fields, self.key, [KEY])

    def note(self, inputs: dict[str, str], **changed: Any) -> None:
        state = renewal.keep_state(self.work, inputs)
        self.add("inputs", state=state, **renewal.difference(self.inputs, inputs) | changed)
        self.inputs = inputs

    def approve(self) -> None:
        for key in (KARI, OLA):
            stated = {"state": ledger.state_of(self.inputs), "findings_sha256": "f", "ruleset_version": "1"}
            said = sign_statement(
                Approver(str(key.kid), key), key, {**stated, "roster_size": 1, "as_of_utc": "2023-07-01T06:00:00Z"}
            )
            self.statements.append(said)
            self.add("approval", approval=said)

    def document(self, decision: str, **changed: Any) -> bytes:
        said = {"decision": decision, "inputs": self.inputs, "approvals": self.statements}
        return json_bytes(said | ({"overrides": self.overrides} if self.overrides else {}) | changed)

    def decide(self, decision: str, content: bytes | None = None, **changed: Any) -> None:
        content = content or self.document(decision)
        self.work.decision.write_bytes(content)
        self.work.certificate.unlink(missing_ok=True)
        digest, state = hashlib.sha256(content).hexdigest(), ledger.state_of(self.inputs)
        fields = {"decision": decision, "decision_sha256": digest, "state": state}
        if decision == "RELEASE":
            self.work.clearance.write_bytes(b"cleared")
            self.work.certificate.write_text(jose.sign(content, KEY, jose.CERTIFICATE))
            fields["clearance_sha256"] = sha256_of(self.work.clearance)
        self.add("decision", **fields | changed)

    def lapse(self) -> None:
        self.statements = []
        self.add("lapse", state="s", causes=[], released=True)


def released(root: Path, overrides: bool = False) -> Story:
    story = Story(root)
    story.note(BEFORE)
    story.decide("HOLD")
    story.note(NOW)
    if overrides:
        story.overrides = OVERRIDES
        story.add("overrides", state=ledger.state_of(NOW), overrides=OVERRIDES)
    story.approve()
    story.decide("RELEASE")
    return story


def refusal(work: WorkFolder, jwks: Path | None = None) -> str:
    with pytest.raises(RefusedError) as refused:
        check_ledger(work, jwks)
    return str(refused.value)


def test_a_ledger_that_holds_is_told_in_one_sentence(tmp_path: Path) -> None:
    story = released(tmp_path)
    told = "Hovedboken holder: 6 linjer, 2 godkjenninger, {} tilbakekall. Siste beslutning er {}."
    assert check_ledger(story.work) == told.format(0, "RELEASE")
    assert check_ledger(story.work, story.work.jwks) == told.format(0, "RELEASE")
    story.lapse()
    story.decide("HOLD")
    assert check_ledger(story.work) == told.format(1, "HOLD").replace("6 linjer", "8 linjer")


def test_one_that_nobody_has_approved_says_that_its_end_is_not_signed(tmp_path: Path) -> None:
    story = Story(tmp_path, key=None)
    assert "Det finnes ingen hovedbok" in refusal(story.work)
    story.note(BEFORE)
    assert "ingen beslutning" in refusal(story.work)
    story.decide("HOLD")
    assert check_ledger(story.work).endswith(
        "Siste beslutning er HOLD. Ingen har godkjent ennå, og kontrollpunktet er ikke signert."
    )


def test_keys_that_are_not_there_or_are_no_keys_make_it_hold_nothing(tmp_path: Path) -> None:
    story = released(tmp_path / "work")
    assert "nøklene kan ikke leses" in refusal(story.work, tmp_path / "nowhere.json")
    keys = tmp_path / "keys.json"
    keys.write_text("{")
    assert "Hovedboken holder ikke: Nøkkelfilen er ikke" in refusal(story.work, keys)
    keys.write_text(json.dumps(jose.key_set([jose.new_key()])))
    assert "signatur godtas ikke" in refusal(story.work, keys)


def put_back(story: Story) -> None:
    first = json_bytes({"decision": "HOLD", "inputs": BEFORE, "approvals": []})
    story.work.decision.write_bytes(first)


DAMAGES: dict[str, tuple[Callable[[Story], object], str]] = {
    "a chain that breaks": (lambda story: story.work.ledger.write_bytes(b"{}\n"), "linje 1 passer ikke"),
    "half a line": (
        lambda story: story.work.ledger.write_bytes(story.work.ledger.read_bytes() + b"{"),
        "En kjøring ble avbrutt: linje 7 er ikke signert",
    ),
    "a release of nobody": (lambda story: (story.lapse(), story.decide("RELEASE")), "Linje 8 frigir uten to"),
    "a state that is gone": (
        lambda story: story.work.ledger_state(ledger.state_of(BEFORE)).unlink(),
        "Linje 1: kildene som linjen viser til, mangler",
    ),
    "a state that is another": (
        lambda story: write_json(story.work.ledger_state(ledger.state_of(NOW)), BEFORE),
        "Linje 3: kildene som linjen viser til, mangler",
    ),
    "a line that hides an addition": (lambda story: story.note({"x": "y"}, added=[]), "Linje 7 sier noe annet"),
    "a line that hides a removal": (lambda story: story.note({"x": "y"}, removed=[]), "Linje 7 sier noe annet"),
    "a line that hides a change": (
        lambda story: story.note(NOW | {"portal/manifest.json": "d"}, changed=[]),
        "Linje 7 sier noe annet",
    ),
    "no decision": (lambda story: story.work.decision.unlink(), "release.json mangler"),
    "no JSON": (lambda story: story.work.decision.write_text("{"), "release.json mangler"),
    "a list": (lambda story: story.work.decision.write_text("[]"), "release.json mangler"),
    "a decision without inputs": (lambda story: story.work.decision.write_text('{"decision": "HOLD"}'), "mangler"),
    "a decision of nobody's": (
        lambda story: story.work.decision.write_bytes(story.document("RELEASE", more=1)),
        "release.json er ikke en beslutning i hovedboken. Siste er linje 6.",
    ),
    "an older decision": (put_back, "release.json er en tidligere beslutning i hovedboken. Siste er linje 6."),
    "a decision on other inputs": (
        lambda story: story.decide("RELEASE", story.document("RELEASE", inputs=BEFORE)),
        "bygger på andre kilder enn hovedboken sier",
    ),
    "a decision on inputs that are not noted": (
        lambda story: story.decide("RELEASE", story.document("RELEASE", inputs=BEFORE), state=ledger.state_of(BEFORE)),
        "kilder som ikke er ført",
    ),
    "approvals that have fallen": (
        lambda story: (story.add("lapse", state="s", causes=[], released=True), story.decide("HOLD")),
        "godkjenninger som ikke gjelder",
    ),
    "no certificate": (lambda story: story.work.certificate.unlink(), "sertifikatet release.jws mangler"),
    "a certificate by another": (
        lambda story: story.work.certificate.write_text(jose.sign(b"{}", KARI, jose.CERTIFICATE)),
        "Hovedboken holder ikke: Dokumentet er signert med en nøkkel",
    ),
    "a certificate of something else": (
        lambda story: story.work.certificate.write_text(jose.sign(b"{}", KEY, jose.CERTIFICATE)),
        "sier noe annet enn release.json",
    ),
    "a checkpoint in its place": (
        lambda story: story.work.certificate.write_text(jose.sign(story.document("RELEASE"), KEY, jose.CHECKPOINT)),
        "for et annet formål",
    ),
    "another clearance": (lambda story: story.work.clearance.write_bytes(b"all"), "clearance.parquet er ikke den"),
    "no clearance": (lambda story: story.work.clearance.unlink(), "clearance.parquet er ikke den"),
    "an override that is not noted": (
        lambda story: story.decide("RELEASE", story.document("RELEASE", overrides=OVERRIDES)),
        "andre overstyringer",
    ),
    "a certificate beside a hold": (
        lambda story: (story.lapse(), story.decide("HOLD"), story.work.certificate.write_text("x")),
        "men et sertifikat ligger i out/",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_the_files_say_otherwise_than_the_ledger_is_named(damage: str, tmp_path: Path) -> None:
    story = released(tmp_path)
    change, said = DAMAGES[damage]
    change(story)
    assert said in refusal(story.work)


def test_overrides_are_those_that_were_noted_last(tmp_path: Path) -> None:
    story = released(tmp_path, overrides=True)
    assert "Siste beslutning er RELEASE." in check_ledger(story.work)
    story.add("overrides", state="s", overrides=[])
    assert "andre overstyringer" in refusal(story.work)
