from __future__ import annotations

from support.measured import one


def test_each_recipient_belongs_to_its_entrys_place() -> None:
    query = (
        "SELECT count(*) FROM roster__recipients JOIN roster__entry_recipients USING (recipient_id) WHERE "
        "entry_id = municipality_no"
    )
    assert one(query) == 3
