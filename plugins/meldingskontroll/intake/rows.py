"""From rows as text to registrations: times in UTC, native ids, known words, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from meldingskontroll.intake import columns as header_columns
from meldingskontroll.intake import ids, places, times, words
from meldingskontroll.intake.columns import Columns
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.scope import Folder

SCHEMA = pa.schema(
    [
        ("upload_sha256", pa.string()),
        ("folder_no", pa.string()),
        ("file_row", pa.int32()),
        ("message_id", pa.uuid()),
        ("received_local", pa.timestamp("us")),
        ("received_utc", pa.timestamp("us")),
        ("received_later_utc", pa.timestamp("us")),
        ("resolution_s", pa.int32()),
        ("item_type", pa.string()),
        ("reporter", pa.string()),
        ("channel", pa.string()),
        ("municipality_no", pa.string()),
        ("district_no", pa.string()),
    ]
)
_ACCEPTED = {"item_type": "bekymringsmelding, brev eller møtereferat", "channel": "portal, svarinn, post eller manuell"}


@dataclass(frozen=True)
class Batch:
    """Some rows of a file as text, and their numbers as the sender sees them; None is a row that is no row."""

    rows: Sequence[Sequence[str] | None]
    numbers: Sequence[int]


@dataclass(frozen=True)
class Registrations:
    """The accepted rows (schema above, without upload and folder) and the counts of data rows."""

    table: pa.Table
    read: int
    rejected: int
    districts: list[str] | None  # None unless every accepted row names one


class _Column:
    """One column, gathered batch by batch as small codes and their meanings."""

    def __init__(self, meaning: Callable[[str], str | None]) -> None:
        self._meaning = meaning
        self._codes: list[np.ndarray] = []
        self._meanings: dict[str | None, int] = {None: 0}

    def add(self, column: pa.StringArray | None, count: int) -> None:
        """Add `count` values; None where the file has no such column."""
        if column is None:
            self._codes.append(np.zeros(count, dtype=np.int32))
            return
        encoded = column.dictionary_encode()
        read = (self._read(value) for value in encoded.dictionary.to_pylist())
        codes = [self._meanings.setdefault(meaning, len(self._meanings)) for meaning in read]
        self._codes.append(np.array(codes, dtype=np.int32)[encoded.indices.to_numpy()])

    def _read(self, value: str) -> str | None:
        return None if value.casefold() in words.empty_values() else self._meaning(value)

    @property
    def meanings(self) -> list[str | None]:
        return list(self._meanings)

    @property
    def codes(self) -> np.ndarray:
        return np.concatenate([np.zeros(0, dtype=np.int32), *self._codes])

    def where(self, test: Callable[[str | None], bool]) -> np.ndarray:
        """Mask of the rows whose meaning passes the test."""
        mask: np.ndarray = np.array([test(meaning) for meaning in self.meanings], dtype=np.bool_)[self.codes]
        return mask

    def values(self, absent: str | None = None) -> pa.Array:
        known = [absent if meaning in (None, places.UNKNOWN) else meaning for meaning in self.meanings]
        return pa.array(known, pa.string()).take(pa.array(self.codes))


def _word(field: str) -> Callable[[str], str | None]:
    return lambda value: (
        words.values(field).get(words.plain(value), places.UNKNOWN) if len(value) <= 80 else places.UNKNOWN
    )


def read_rows(columns: Columns, batches: Iterable[Batch], folder: Folder, notes: Notes) -> Registrations:
    """Understand all rows of a file.

    Raises:
        Refused: the order of day and month is unclear, two columns claim the time, or the rows are all another's.
    """
    gathered = {
        "item_type": _Column(_word("item_type")),
        "reporter": _Column(_word("reporter")),
        "channel": _Column(_word("channel")),
        "municipality": _Column(places.municipality(folder)),
        "district": _Column(places.district(folder)),
    }
    numbers, read_times, id_parts, bad_ids = [], [], [], []
    chosen: tuple[int, int | None] | None = None
    unreadable: list[int] = []
    for batch in batches:
        kept, content, lost = _as_columns(batch, len(columns.header))
        unreadable += lost
        if chosen is None and kept.size:
            chosen = header_columns.choose_received(columns, content)
        received = _received(content, chosen or (columns.received[0][1], None))
        numbers.append(kept)
        read_times.append(times.read_times(received))
        empty = pa.nulls(len(kept), pa.string())
        texts = {name: _text(content[at]) for name, at in columns.single.items() if name != "registered"}
        for name, column in gathered.items():
            column.add(texts.get(name), len(kept))
        binary, bad = ids.read_ids(texts.get("message_id", empty))
        id_parts.append(binary)
        bad_ids.append(bad)
    time = times.Times.joined(read_times or [times.Times.none(0)])
    file_row = np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int64)
    _settle(time, notes)
    good = _verdicts(columns, chosen, time, gathered, file_row, notes)
    bad_id = np.concatenate(bad_ids) if bad_ids else np.zeros(0, dtype=np.bool_)
    for name, code, mask in (
        ("message_id", "BAD_ID", bad_id),
        ("reporter", "BAD_REPORTER", gathered["reporter"].where(lambda v: v == places.UNKNOWN)),
        ("municipality", "BAD_PLACE", gathered["municipality"].where(lambda v: v == places.UNKNOWN)),
        ("district", "BAD_PLACE", gathered["district"].where(lambda v: v == places.UNKNOWN)),
    ):
        if name in columns.single:
            notes.add_rows(code, file_row[good & mask].tolist(), column=columns.name(columns.single[name]))
    notes.add_rows("BAD_ROW", unreadable)
    _check_places(gathered["municipality"], good, file_row, folder, notes)
    message_id = pa.concat_arrays(id_parts) if id_parts else ids.none(0)
    table = _table(file_row, message_id, time, gathered).filter(pa.array(good))
    read = len(file_row) + len(unreadable)
    return Registrations(table, read, read - table.num_rows, _all_districts(table))


def _as_columns(batch: Batch, width: int) -> tuple[np.ndarray, list[Sequence[str]], list[int]]:
    """(row numbers, columns, numbers of rows that do not fit the header)."""
    rows = batch.rows
    if all(row is not None and len(row) == width for row in rows):
        return np.array(batch.numbers, dtype=np.int64), list(zip(*rows, strict=True)) or [()] * width, []
    fitting, numbers, lost = [], [], []
    for row, number in zip(rows, batch.numbers, strict=True):
        if row is None or any(cell.strip() for cell in row[width:]):
            lost.append(number)
        else:
            fitting.append([*row[:width], *[""] * (width - len(row))])
            numbers.append(number)
    return np.array(numbers, dtype=np.int64), list(zip(*fitting, strict=True)) or [()] * width, lost


def _text(values: Sequence[str]) -> pa.StringArray:
    return pc.utf8_trim_whitespace(pa.array(values, pa.string()))


def _received(content: Sequence[Sequence[str]], chosen: tuple[int, int | None]) -> pa.StringArray:
    date = _text(content[chosen[0]])
    if chosen[1] is None:
        return date
    day = pc.replace_substring_regex(date, header_columns.MIDNIGHT.pattern, "")
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(day, _text(content[chosen[1]]), " "))


def _settle(time: times.Times, notes: Notes) -> None:
    first = times.settle_order(time)
    if first:
        notes.add("DATE_ORDER_DECIDED", first=first)
    times.coarsen(time)


def _verdicts(
    columns: Columns,
    chosen: tuple[int, int | None] | None,
    time: times.Times,
    gathered: dict[str, _Column],
    file_row: np.ndarray,
    notes: Notes,
) -> np.ndarray:
    """Mask of the rows that are registrations; what is wrong with the others is noted."""
    received = columns.name(chosen[0] if chosen else columns.received[0][1])
    notes.add_rows("BAD_TIME", file_row[~time.ok].tolist(), column=received)
    good = time.ok.copy()
    for name in ("item_type", "channel"):
        unknown = gathered[name].where(lambda value: value == places.UNKNOWN)
        if unknown.any():
            column = columns.name(columns.single[name])
            notes.add_rows("BAD_VALUE", file_row[good & unknown].tolist(), column=column, accepted=_ACCEPTED[name])
        good &= ~unknown
    return good


def _check_places(column: _Column, good: np.ndarray, file_row: np.ndarray, folder: Folder, notes: Notes) -> None:
    named = good & column.where(lambda value: value not in (None, places.UNKNOWN))
    outside = named & column.where(lambda value: value not in folder.hosted)
    if outside.any() and (outside == good).all():
        raise Refused("ROWS_OF_OTHER_MUNICIPALITY", folder=folder.number)
    notes.add_rows("ROW_OTHER_MUNICIPALITY", file_row[outside].tolist(), folder=folder.number)


def _table(file_row: np.ndarray, message_id: pa.Array, time: times.Times, gathered: dict[str, _Column]) -> pa.Table:
    early, late = times.oslo_utc(time.wall)
    instant = time.wall - time.offset_min * 60_000_000
    moment = pa.timestamp("us")
    return pa.table(
        {
            "file_row": pa.array(file_row, pa.int32()),
            "message_id": message_id,
            "received_local": pa.array(time.wall, pa.int64(), mask=time.zoned).cast(moment),
            "received_utc": pa.array(np.where(time.zoned, instant, early)).cast(moment),
            "received_later_utc": pa.array(np.where(time.zoned, instant, late)).cast(moment),
            "resolution_s": pa.array(time.resolution, pa.int32()),
            "item_type": gathered["item_type"].values("concern"),
            "reporter": gathered["reporter"].values(),
            "channel": gathered["channel"].values("portal"),
            "municipality_no": gathered["municipality"].values(),
            "district_no": gathered["district"].values(),
        }
    )


def _all_districts(table: pa.Table) -> list[str] | None:
    districts = table["district_no"]
    if not table.num_rows or districts.null_count:
        return None
    return sorted(districts.unique().to_pylist())
