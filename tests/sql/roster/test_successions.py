from __future__ import annotations

from support.stages import roster_stage


def test_each_merged_or_split_municipality_stands_with_everything_that_it_became() -> None:
    given = [{"old_no": "1507", "new_no": "1580"}, {"old_no": "1507", "new_no": "1508"}]
    with roster_stage(successions=given) as connection:
        assert connection.execute("SELECT * FROM roster__successions").fetchall() == [
            ("1507", "1508"),
            ("1507", "1580"),
        ]
    with roster_stage() as connection:
        assert connection.execute("SELECT * FROM roster__successions").fetchall() == []
