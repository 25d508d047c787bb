from __future__ import annotations

from typing import Any

from support.stages import yielded

CANDIDATES = """
    SELECT number AS message_no, '1811' AS entry_id, 'FIKS_IO' AS channel,
           TIMESTAMP '2023-02-01' + to_days(number::INTEGER) AS acknowledged_utc
    FROM range(40) AS t(number)
"""
ROWS = """
    SELECT 'V' AS source, {channel} AS channel, INTERVAL 30 SECOND AS margin, ['1811'] AS entries,
           {superseded} AS superseded,
           TIMESTAMP '2023-02-01' + to_days(number::INTEGER) + to_seconds({late}) AS at_utc
    FROM range({rows}) AS t(number)
"""


def sharp(rows: int = 25, late: int = 5, channel: str = "'portal'", superseded: bool = False) -> list[tuple[Any, ...]]:
    tables = {
        "reconcile__candidates": CANDIDATES,
        "reconcile__time_rows": ROWS.format(rows=rows, late=late, channel=channel, superseded=superseded),
    }
    return yielded("reconcile", "sharp", tables, "source, entry_id, channel, followed, messages")


def test_rows_within_seconds_of_the_acknowledgement_of_most_messages_are_a_sharp_sign() -> None:
    assert sharp() == [("V", "1811", "FIKS_IO", 25, 40)]


def test_fewer_than_twenty_or_than_half_are_not() -> None:
    assert sharp(rows=19) == []


def test_rows_minutes_later_of_another_channel_or_superseded_are_not() -> None:
    assert sharp(late=31) == []
    assert sharp(channel="'manual'") == []
    assert sharp(superseded=True) == []
