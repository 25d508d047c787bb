"""Which column of a file holds what, by the alias tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from meldingskontroll.intake import words
from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.times import TIME_OF_DAY

_MOST_COLUMNS = 300
_WEAK = 100
# A spreadsheet writes a date as a moment at midnight.
MIDNIGHT = re.compile(r"[ T]0?0[:.]00(?:[:.]00(?:[.,]0+)?)?$")


@dataclass
class Columns:
    """Positions from 0. `received` has every column that may be the time of receipt, the surest first."""

    header: list[str]
    received: list[tuple[int, int]] = field(default_factory=list)
    received_time: list[int] = field(default_factory=list)
    single: dict[str, int] = field(default_factory=dict)
    extra: int = 0

    def name(self, position: int) -> str:
        """The column's name as the sender wrote it; it is a recognised alias, so it holds nothing of the content."""
        return self.header[position].strip()


def understand(header: Sequence[str]) -> Columns | None:
    """The columns of a header, or None when none of them is the time of receipt."""
    found = Columns(list(header))
    ranked: dict[str, list[tuple[int, int]]] = {}
    for position, name in enumerate(header[: _MOST_COLUMNS + 1]):
        known = words.columns().get(words.plain(name)) if len(name) <= 60 else None
        if known is None:
            found.extra += bool(name.strip())
        else:
            ranked.setdefault(known[0], []).append((known[1], position))
    found.received = sorted(ranked.pop("received", []))
    found.received_time = [position for _, position in sorted(ranked.pop("received_time", []))]
    if not found.received:
        # «Tid» alone may hold date and time; beside a date it is the time of day.
        found.received = [(2 * _WEAK, position) for position in found.received_time]
        found.received_time = []
    found.single = {name: min(positions)[1] for name, positions in ranked.items()}
    return found if found.received else None


def check_header(header: Sequence[str], row: int | None) -> None:
    """Refuse a header with columns that promise personal data, or with far too many.

    Raises:
        Refused: PERSONAL_COLUMN or TOO_MANY_COLUMNS.
    """
    for position, name in enumerate(header, 1):
        if words.is_personal_header(name):
            raise Refused("PERSONAL_COLUMN", row, position=position)
    if len(header) > _MOST_COLUMNS:
        raise Refused("TOO_MANY_COLUMNS", row)


def check_for_people(cells: Sequence[str], row: int | None) -> None:
    """Refuse what is a table's header with columns of personal data, though it is no log's header.

    Raises:
        Refused: PERSONAL_COLUMN.
    """
    short = [position for position, cell in enumerate(cells, 1) if 0 < len(cell.strip()) <= 40]
    personal = [position for position in short if words.is_personal_header(cells[position - 1])]
    if len(short) > 1 and personal:
        raise Refused("PERSONAL_COLUMN", row, position=personal[0])


def choose_received(columns: Columns, content: Sequence[Sequence[str]]) -> tuple[int, int | None]:
    """(column of the date and time, column of the time of day or None), by what the columns hold.

    Raises:
        Refused: TWO_RECEIVED_COLUMNS.
    """

    def holds_time_only(position: int) -> bool:
        values = [value for value in content[position][:200] if value and value.strip()]
        return bool(values) and all(TIME_OF_DAY.fullmatch(value) for value in values)

    dates = [(rank, at) for rank, at in columns.received if not holds_time_only(at)]
    clocks = columns.received_time + [at for _, at in columns.received if holds_time_only(at)]
    if not dates:
        return columns.received[0][1], None
    sure = [pair for pair in dates if pair[0] < _WEAK] or dates
    if len(sure) > 1 and (sure[0][0] not in (0, _WEAK) or sure[0][0] == sure[1][0]):
        names = [f"«{columns.name(at)}»" for _, at in sure]
        raise Refused("TWO_RECEIVED_COLUMNS", columns=f"{', '.join(names[:-1])} og {names[-1]}")
    chosen = sure[0][1]
    has_time = any(len(MIDNIGHT.sub("", value.strip())) > 12 for value in content[chosen][:200] if value)
    if has_time or not clocks:
        return chosen, None
    return chosen, min(clocks, key=lambda at: (at < chosen, abs(at - chosen)))
