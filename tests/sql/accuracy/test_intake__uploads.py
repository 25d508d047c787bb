from __future__ import annotations

from support.measured import one


def test_the_uploads_declare_as_many_rows_as_there_are_registrations() -> None:
    assert one("SELECT sum(rows_accepted) - (SELECT count(*) FROM intake__registrations) FROM intake__uploads") == 0
