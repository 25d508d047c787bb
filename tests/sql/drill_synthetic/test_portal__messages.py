from __future__ import annotations

from support.synthetic import made


def test_the_table_of_synthetic_messages_begins_empty() -> None:
    assert made("portal__messages") == []
