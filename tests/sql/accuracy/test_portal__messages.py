from __future__ import annotations

from support.measured import one


def test_every_message_has_an_id_of_its_own_and_is_acknowledged() -> None:
    query = (
        "SELECT count(*) - count(DISTINCT message_id) + count(*) FILTER (WHERE acknowledged_utc IS NULL) FROM "
        "portal__messages"
    )
    assert one(query) == 0
