from __future__ import annotations

from support.measured import one


def test_each_entry_has_one_recipient_of_its_own() -> None:
    assert one("SELECT count(DISTINCT recipient_id) FROM roster__entry_recipients") == 3
