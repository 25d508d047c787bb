from __future__ import annotations

from typing import Any

from support.rounds import ROUND
from support.stages import yielded

LINES = """
    SELECT * FROM (VALUES (1, 1, 'V', '0301', 'portal', 'public'), (2, 2, 'V', '0301', 'svarinn', 'private'))
    AS t(class_no, line_no, source, pool, channel_class, kind_class)
"""
POOLS = "SELECT 'V' AS source, '0301' AS pool, '0301' AS entry_id, 0 AS level"
CLASSES = """
    SELECT * FROM (VALUES
        (1, '0301', 'FIKS_IO', 'public', 'V'), (2, '0301', 'SVARINN', 'private', 'V'),
        (3, '0301', 'SVARINN', 'unknown', 'V'),
        (4, '0301', 'MANUELL_MOTTAK', 'public', 'V'), (5, '1103', 'FIKS_IO', 'public', 'V'),
        (6, '0301', 'FIKS_IO', 'public', 'W')
    ) AS t(class_no, entry_id, channel, form_type, source)
"""
SHARP = "SELECT 'V' AS source, '0301' AS entry_id, 'FIKS_IO' AS channel"


def places(lines: str = LINES, **changed: Any) -> list[tuple[Any, ...]]:
    tables = {
        "reconcile_rounds__lines": lines,
        "reconcile__pools": POOLS,
        "reconcile__message_classes": CLASSES,
        "reconcile__sharp": SHARP,
    }
    return yielded("reconcile_rounds", "places", tables, **(ROUND | changed))


def test_no_line_makes_no_place() -> None:
    assert places(LINES + " WHERE false") == []


def test_a_message_stands_on_the_lines_of_its_entry_source_channel_and_kind_only() -> None:
    assert places() == [(1, 1, True), (2, 2, False)]


def test_messages_of_unknown_kind_have_the_last_round_and_meet_every_channel_that_can_answer_them() -> None:
    assert places(kind_stage=3) == [(3, 1, False), (3, 2, False)]


def test_rows_of_no_kind_meet_messages_of_every_kind() -> None:
    assert {place[0] for place in places(kind_stage=2)} == {1, 2, 3}


def test_a_message_opens_at_the_acknowledgement_only_where_that_is_sharp_and_not_when_the_round_goes_by_sending() -> (
    None
):
    assert places(by_sent=True) == [(1, 1, False), (2, 2, False)]
