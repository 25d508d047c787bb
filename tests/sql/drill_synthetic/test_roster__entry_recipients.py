from __future__ import annotations

from support.synthetic import RECIPIENT, made


def test_the_synthetic_entry_holds_the_synthetic_recipient() -> None:
    assert made("roster__entry_recipients") == [{"entry_id": "0000", "recipient_id": RECIPIENT}]
