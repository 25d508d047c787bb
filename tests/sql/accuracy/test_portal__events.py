from __future__ import annotations

from support.measured import one


def test_no_message_has_events() -> None:
    assert one("SELECT count(*) FROM portal__events") == 0
