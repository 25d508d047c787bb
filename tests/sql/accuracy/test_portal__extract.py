from __future__ import annotations

from support.measured import one


def test_the_extract_declares_as_many_ids_as_there_are_messages() -> None:
    query = "SELECT declared AND declared_total = (SELECT count(*) FROM portal__messages) FROM portal__extract"
    assert one(query) is True
