from __future__ import annotations

from support.synthetic import made


def test_the_synthetic_messages_have_no_events() -> None:
    assert made("portal__events") == []
