"""A hand on the files of a release: each alteration is refused by all who could be deceived by it, by command."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meldingskontroll import cli
from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release import jose
from meldingskontroll.release.ledger import canonical
from meldingskontroll.release.service.reader import Reader
from support.approved import KARI, OLA, Case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.released(tmp_path)


def status(*arguments: str) -> int:
    """The exit status of a command; a refusal is told apart from a fault as it is for whoever calls it."""
    with patch.object(sys, "argv", ["meldingskontroll", *arguments]):
        try:
            cli.main()
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


def certificate_status(case: Case) -> int:
    """`release verify` one hour into the release, with the keys that KS was given."""
    files = [str(case.work.certificate), "--jwks", str(case.work.public_keys)]
    return status("release", "verify", *files, "--at", case.clock(2).as_of.isoformat())


def ledger_status(case: Case) -> int:
    return status("ledger", "verify", "--work", str(case.work.root))


def served(case: Case) -> str:
    """What the service answers one hour into the release."""
    moment: datetime = case.clock(2).as_of
    reader = Reader(case.work, lambda: moment, patience_s=0)
    snapshot, _ = reader._read_settled()
    return snapshot.at(moment).decision


def test_untouched_everybody_says_yes(case: Case) -> None:
    assert (certificate_status(case), ledger_status(case), served(case)) == (0, 0, "RELEASE")


def resign_with_own_key(case: Case) -> None:
    """Everything in `out/` fits: decision, certificate and public keys, but for the key's own place."""
    key = jose.new_key()
    document = case.document | {"valid_until_utc": "2023-07-02T08:00:00Z", "as_of_utc": "2023-07-01T08:00:00Z"}
    write_json(case.work.decision, document)
    case.work.certificate.write_text(jose.sign(case.work.decision.read_bytes(), key, jose.CERTIFICATE))
    write_json(case.work.jwks, jose.key_set([key]))


def copy_from_another_folder(case: Case) -> None:
    other = Case(case.root / "other")
    other.release()
    for name in ("decision", "certificate", "clearance", "jwks"):
        shutil.copy(getattr(other.work, name), getattr(case.work, name))


def hold_and_edit(case: Case) -> None:
    released = case.document
    case.leave(OLA)
    case.audit(1.5)
    assert case.document["decision"] == "HOLD"
    write_json(case.work.decision, released)


EVERYBODY: dict[str, Callable[[Case], object]] = {
    "a hold edited to a release": hold_and_edit,
    "signed with another key": resign_with_own_key,
    "copied from another folder": copy_from_another_folder,
    "the certificate cut short": lambda case: case.work.certificate.write_text(case.work.certificate.read_text()[:-20]),
}


@pytest.mark.parametrize("altered", EVERYBODY)
def test_an_altered_decision_is_refused_by_the_certificate_the_ledger_and_the_service(altered: str, case: Case) -> None:
    EVERYBODY[altered](case)
    assert (certificate_status(case), ledger_status(case), served(case)) == (3, 3, "HOLD")
    case.audit(1.9)
    # The next audit judges by the evidence and the ledger, and what it leaves fits together again.
    assert ledger_status(case) == 0
    assert served(case) == case.document["decision"]


def test_an_edited_decision_beside_a_whole_certificate_is_refused_by_ledger_and_service(case: Case) -> None:
    write_json(case.work.decision, case.document | {"valid_until_utc": "2023-07-09T07:00:00Z"})
    assert (ledger_status(case), served(case)) == (3, "HOLD")
    case.audit(3)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED"])


def test_another_runs_clearance_is_not_believed(case: Case) -> None:
    """Yesterday's clearance, or another folder's, beside today's decision."""
    table = pq.read_table(case.work.clearance)
    pq.write_table(table.replace_schema_metadata({"decision_sha256": "0" * 64}), case.work.clearance)
    assert served(case) == "HOLD"
    pq.write_table(table.replace_schema_metadata({}), case.work.clearance)
    assert served(case) == "HOLD"
    case.work.clearance.write_bytes(b"PAR1")
    assert served(case) == "HOLD"


def test_a_message_added_to_the_clearance_is_not_believed(case: Case) -> None:
    """The hand keeps everything else as it was, also that the clearance says which decision it is for."""
    table = pq.read_table(case.work.clearance)
    stranger = pa.array([b"\xff" * 16], pa.binary(16)).cast(pa.uuid())
    more = table.slice(0, 1).set_column(0, table.schema.field(0), stranger)
    pq.write_table(pa.concat_tables([table, more]), case.work.clearance)
    assert pq.read_metadata(case.work.clearance).metadata[b"decision_sha256"]
    assert (ledger_status(case), served(case)) == (3, "HOLD")
    case.audit(1.5)
    assert (ledger_status(case), served(case)) == (0, "RELEASE")
    assert pq.read_table(case.work.clearance).equals(table)


def taken_back(case: Case) -> Path:
    """A release that new evidence took back; gives a copy of `out/` as it was before."""
    kept = case.root / "kept"
    shutil.copytree(case.work.out, kept)
    approvers = case.work.approvers.read_bytes()
    case.leave(OLA)
    case.audit(1.5)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED"])
    case.work.approvers.write_bytes(approvers)
    assert served(case) == "HOLD"
    return kept


def test_a_release_that_was_taken_back_is_not_believed_when_its_files_are_put_back(case: Case) -> None:
    kept = taken_back(case)
    for name in ("clearance.parquet", "release.jws", "release.json"):
        shutil.copy(kept / name, case.work.out / name)
    assert (certificate_status(case), ledger_status(case), served(case)) == (0, 3, "HOLD")


def test_a_release_put_back_together_with_its_ledger_is_not_believed_either(case: Case) -> None:
    kept = taken_back(case)
    shutil.rmtree(case.work.out)
    shutil.copytree(kept, case.work.out)
    assert (certificate_status(case), ledger_status(case), served(case)) == (0, 3, "HOLD")


def test_a_line_that_the_services_key_did_not_sign_releases_nothing(case: Case) -> None:
    """One line may stand beyond the checkpoint, as a killed run leaves it; whoever writes to `out/` can add it."""
    kept = taken_back(case)
    released = json.loads((kept / "ledger" / "ledger.jsonl").read_bytes().splitlines()[-1])
    assert released["decision"] == "RELEASE"
    before = json.loads(case.work.ledger.read_bytes().splitlines()[-1])
    line = {**released, "seq": before["seq"] + 1, "previous": before["hash"]}
    del line["hash"]
    line["hash"] = hashlib.sha256(canonical(line)).hexdigest()
    with case.work.ledger.open("ab") as file:
        file.write(canonical(line) + b"\n")
    for name in ("clearance.parquet", "release.jws", "release.json"):
        shutil.copy(kept / name, case.work.out / name)
    assert served(case) == "HOLD"


def test_without_its_ledger_a_release_is_not_believed(case: Case) -> None:
    shutil.rmtree(case.work.ledger.parent)
    assert (ledger_status(case), served(case)) == (3, "HOLD")


def test_a_ledger_that_was_cut_short_is_refused_and_nothing_is_renewed_on_it(case: Case) -> None:
    lines = case.work.ledger.read_bytes().splitlines(keepends=True)
    case.work.ledger.write_bytes(b"".join(lines[:-2]))
    assert ledger_status(case) == 3
    case.audit(2)
    assert case.said == ("HOLD", ["CHECK_FAILED"]) and served(case) == "HOLD"


def test_an_approver_who_is_taken_out_takes_the_release_along_at_once(case: Case) -> None:
    case.leave(KARI)
    assert served(case) == "HOLD"
    case.audit(3)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED"])


def test_another_key_under_an_approvers_name_does_not_carry_the_release(case: Case) -> None:
    document = json.loads(case.work.approvers.read_text())
    document["keys"] = [jose.public_jwk(jose.new_key(key["kid"])) for key in document["keys"]]
    write_json(case.work.approvers, document)
    assert served(case) == "HOLD"
    case.audit(3)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED"])


def test_the_services_key_replaced_neither_holds_the_ledger_up_nor_releases_anew(case: Case) -> None:
    """Whoever puts a key of theirs in the place of the service's has no approvals: theirs are not the approvers'."""
    forged = jose.new_key()
    case.work.service_key.write_text(json.dumps(forged.as_dict(private=True)))
    document = case.document | {"approvals": case.document["approvals"][:1] * 2}
    write_json(case.work.decision, document)
    case.work.certificate.write_text(jose.sign(case.work.decision.read_bytes(), forged, jose.CERTIFICATE))
    assert (certificate_status(case), ledger_status(case), served(case)) == (3, 3, "HOLD")
    case.audit(3)
    assert WorkFolder(case.work.root).decision.is_file() and case.document["decision"] == "HOLD"
