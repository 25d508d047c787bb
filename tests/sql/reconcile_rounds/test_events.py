from __future__ import annotations

from typing import Any

from support.scene import Scene


def events(sent_over: str, kind: str, **row: Any) -> tuple[int, int]:
    """How many messages and rows stand in the last round, for one message and one row."""
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00", channel=sent_over, kind=kind)
    place.upload().row("2023-02-01T10:00:20", **row)
    found = scene.reconcile().table("reconcile_rounds__events", "key % 2")
    return sum(kind == 0 for (kind,) in found), sum(kind == 1 for (kind,) in found)


def test_a_portal_row_meets_messages_over_fiks_io_and_svarinn_only() -> None:
    assert [events(channel, "public", reporter=None) for channel in ("FIKS_IO", "SVARINN", "MANUELL_MOTTAK")] == [
        (1, 1), (1, 1), (0, 1),
    ]  # fmt: skip


def test_svarinn_and_manual_rows_meet_their_own_channel_only() -> None:
    assert events("SVARINN", "public", reporter=None, channel="svarinn") == (1, 1)
    assert events("FIKS_IO", "public", reporter=None, channel="svarinn") == (0, 1)
    assert events("MANUELL_MOTTAK", "public", reporter=None, channel="manual") == (1, 1)
    assert events("SVARINN", "public", reporter=None, channel="manual") == (0, 1)


def test_a_row_of_one_kind_never_meets_a_message_of_the_other() -> None:
    assert events("FIKS_IO", "private", reporter="public") == (0, 1)


def test_a_row_of_a_kind_meets_messages_of_unknown_kind_in_a_later_round() -> None:
    assert events("FIKS_IO", "unknown", reporter="public") == (1, 1)
