"""What a later run changes in the answers to files that were already there (contract §1, receipts)."""

from __future__ import annotations

import json
from pathlib import Path

from contract.answer import Answer, audit
from contract.folder import Folder


def test_a_later_extract_renews_the_receipt_and_a_refused_run_leaves_all_whole(tmp_path: Path) -> None:
    """At first the portal's extract shows nothing amiss; then it shows five messages that the log is silent about,
    and the receipt says so. Then the registry is gone: exit 2, and what stands is the earlier result.
    """
    folder = Folder(tmp_path)
    place = folder.place("one")
    place.send_each("a b c1 c2 c3 c4 c5 d e")
    place.log(place.rows("a b d e"))
    everything = folder.messages
    folder.messages = [
        message
        for message in everything
        if message.id not in {place.messages[f"c{number}"].id for number in range(1, 6)}
    ]
    first = Answer(folder.write(), audit(tmp_path))
    assert first.out.is_dir()
    assert first.receipt("one")["status"] == "accepted"
    assert first.share("one") == 1
    folder.messages = everything
    second = Answer(folder.write(), audit(tmp_path))
    assert second.share("one") < 1
    assert second.receipt("one")["status"] == "accepted_with_warnings"
    assert "SILENT" in second.codes("one")
    assert len(second.receipts("one")) == 1
    before = {path: path.read_bytes() for path in second.out.rglob("*") if path.is_file()}
    (tmp_path / "registry/case_systems.csv").unlink()
    refused = audit(tmp_path)
    assert refused.returncode == 2 and "case_systems" in refused.stderr
    for name in ("findings.parquet", "municipalities.csv", "requirements.csv"):
        assert (second.out / name).read_bytes() == before[second.out / name]
    assert json.loads((second.out / "release.json").read_text(encoding="utf-8"))["decision"] == "HOLD"
