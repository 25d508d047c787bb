"""What a later run changes in the answers to files that were already there (contract §1, receipts)."""

from __future__ import annotations

from pathlib import Path

from contract.answer import Answer, audit
from contract.folder import Folder


def test_a_receipt_is_written_anew_when_a_later_extract_changes_what_it_says(tmp_path: Path) -> None:
    """At first the portal's extract shows nothing amiss; then it shows five messages that the log is silent about."""
    folder = Folder(tmp_path)
    place = folder.place("one")
    place.send_each("a b c1 c2 c3 c4 c5 d e")
    place.log(place.rows("a b d e"))
    everything = folder.messages
    folder.messages = [message for message in everything if message.id not in
                       {place.messages[f"c{number}"].id for number in range(1, 6)}]
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
