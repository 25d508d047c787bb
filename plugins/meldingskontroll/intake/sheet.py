"""What formats with a header and rows have in common: find the header, the declaration above it, and the data rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from meldingskontroll.intake import columns, declaration, words
from meldingskontroll.intake.batches import Batch, ColumnBatch, Rows

TITLE_LINES = 100


@dataclass
class Sheet:
    """A file as its format module read it. `header_row` counts from 1, None where the format has no header row."""

    header: list[str]
    header_row: int | None
    batches: Iterable[Rows]
    declared: dict[str, Any] = field(default_factory=dict)
    case_system: str | None = None  # where the format itself tells it
    delimiter: str = ""  # between the cells of a line, where there is one


def header_score(cells: Sequence[str]) -> int:
    """How many columns of a row are recognised, 0 if it cannot be the header."""
    found = columns.understand(cells)
    if found is None:
        return 0
    others = len(found.received_time) + len(found.single) + len(found.received) - 1
    sure = any(rank < 100 for rank, _ in found.received)
    return 1 + others if sure or others else 0


def declared_above(lines: Iterable[str]) -> dict[str, str]:
    """The `# nøkkel: verdi` lines among the lines above a header; what stands there first counts."""
    found: dict[str, str] = {}
    for line in lines:
        pair = declaration.from_line(line.strip().strip('"').rstrip(";,\t "))
        if pair:
            found.setdefault(pair[0], pair[1].strip('"'))
    return found


def data_batch(rows: list[list[str]], numbers: Sequence[int], header: Sequence[str]) -> Batch:
    """Some rows without blank rows, comment lines and repeated headers."""
    names = [name.strip() for name in header]
    # Most rows show by their first character that they are data; only the others need a closer look.
    doubtful = {"#", " ", "\t", "\u00a0", names[0][:1]}
    kept = [
        at for at, row in enumerate(rows) if (row and row[0][:1] not in doubtful and row[0]) or not _is_none(row, names)
    ]
    if len(kept) == len(rows):
        return Batch(rows, numbers)
    return Batch([rows[at] for at in kept], [numbers[at] for at in kept])


def without_total(batches: Iterable[Rows]) -> Iterator[Rows]:
    """The batches without the closing total lines, which stand among rows that are read one by one."""
    pending: Rows | None = None
    for batch in batches:
        if pending is not None:
            yield pending
        pending = batch
    if pending is not None:
        yield _without_total(pending)


def _is_none(row: list[str], names: list[str]) -> bool:
    if not row or not "".join(row).strip():
        return True
    first = row[0]
    return first.startswith("# ") or (first.strip() == names[0] and [cell.strip() for cell in row] == names)


def _without_total(batch: Rows) -> Rows:
    if isinstance(batch, ColumnBatch):
        # What came after it, comments and headers again, is no row: the total may stand beside the columns, at the end.
        return replace(batch, beside=_shortened(batch.beside, int(batch.numbers[-1]) if len(batch.numbers) else 0))
    return _shortened(batch) if isinstance(batch, Batch) else batch


def _shortened(batch: Batch, after: int = 0) -> Batch:
    """The rows without the total lines at their end, of those that stand after a row number."""
    last = len(batch.rows)
    while last and batch.numbers[last - 1] > after and words.is_total_line(list(batch.rows[last - 1] or [])):
        last -= 1
    return batch if last == len(batch.rows) else Batch(batch.rows[:last], list(batch.numbers)[:last])
