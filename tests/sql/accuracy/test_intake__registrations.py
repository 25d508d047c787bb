from __future__ import annotations

from support.measured import one


def test_no_registration_has_an_id_where_only_time_shall_match() -> None:
    assert one("SELECT count(message_id) FROM intake__registrations") == 0
