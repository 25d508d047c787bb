from __future__ import annotations

from support.stages import roster_stage


def test_each_renumbering_stands_once_in_order() -> None:
    given = [{"old_no": "5001", "canonical_no": "5001"}, {"old_no": "1601", "canonical_no": "5001"}]
    with roster_stage(renumberings=given) as connection:
        found = connection.execute("SELECT * FROM roster__renumberings").fetchall()
    assert found == [("1601", "5001"), ("5001", "5001")]
