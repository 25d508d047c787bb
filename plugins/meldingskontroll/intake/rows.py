"""From rows as text to registrations: times in UTC, native ids, known words, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from meldingskontroll.intake import columns as header_columns
from meldingskontroll.intake import ids, places, times, words
from meldingskontroll.intake.batches import Rows
from meldingskontroll.intake.columns import Columns
from meldingskontroll.intake.gathered import Gathered, Meanings, Part
from meldingskontroll.intake.messages import SHOWN_OF_A_KIND, Notes, Refused
from meldingskontroll.intake.scope import Folder
from meldingskontroll.intake.settle import Settlement

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
# (column, what is said of a row whose value there cannot be used, in the order in which it is said)
_DOUBTS = (("item_type", "BAD_VALUE"), ("channel", "BAD_VALUE"))
_DOUBTS_OF_GOOD = (("reporter", "BAD_REPORTER"), ("municipality", "BAD_PLACE"), ("district", "BAD_PLACE"))


@dataclass
class _Noted:
    """The rows that one thing is said of: the first ones, and how many."""

    first: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, rows: np.ndarray) -> None:
        self.first += rows[: SHOWN_OF_A_KIND - len(self.first)].tolist()
        self.count += len(rows)


@dataclass
class Registrations:
    """The accepted rows of a file, and the counts of its data rows. `tables` gives the rows again and again."""

    read: int
    accepted: int
    folds: int
    resolutions: list[int]
    zoned: str  # none, all or some
    districts: list[str] | None  # None unless every accepted row names one
    tables: Callable[[], Iterator[pa.Table]]
    first_in_dates: str | None = None  # "dag" or "måned" where other rows had to decide it

    @property
    def rejected(self) -> int:
        return self.read - self.accepted


def _word(field_name: str) -> Callable[[str], str | None]:
    return lambda value: (
        words.values(field_name).get(words.plain(value), places.UNKNOWN) if len(value) <= 80 else places.UNKNOWN
    )


def read_rows(
    columns: Columns,
    chosen: tuple[int, int | None],
    batches: Iterable[Rows],
    folder: Folder,
    notes: Notes,
    spill: Path | None = None,
) -> Registrations:
    """Understand all rows of a file. `chosen` are the columns of the date and of the time of day.

    Raises:
        Refused: the order of day and month is unclear, or the rows are all another's.
    """
    meanings = {
        "item_type": Meanings(_word("item_type")),
        "reporter": Meanings(_word("reporter")),
        "channel": Meanings(_word("channel")),
        "municipality": Meanings(places.municipality(folder)),
        "district": Meanings(places.district(folder)),
    }
    wanted = {at for at in chosen if at is not None}
    wanted |= {at for name, at in columns.single.items() if name != "registered"}
    gathered, settlement, unreadable, read = Gathered(spill), Settlement(), _Noted(), 0
    for batch in batches:
        cells = batch.as_cells(wanted, len(columns.header))
        unreadable.add(np.array(cells.lost, dtype=np.int64))
        read += len(cells.numbers) + len(cells.lost)
        part = _understood(cells.numbers, cells.columns, columns, chosen, meanings)
        settlement.add(part.time, cells.numbers)
        gathered.add(part)
    first = settlement.order(columns.name(chosen[0]))
    if first:
        notes.add("DATE_ORDER_DECIDED", first=first)
    judged = _judged(_Judge(columns, chosen, meanings, folder, settlement, gathered), read, unreadable, notes)
    return replace(judged, first_in_dates=first)


def _understood(
    numbers: np.ndarray,
    content: dict[int, pa.Array],
    columns: Columns,
    chosen: tuple[int, int | None],
    meanings: dict[str, Meanings],
) -> Part:
    count = len(numbers)
    of = {name: content.get(at) for name, at in columns.single.items()}
    written = of.get("message_id")
    message_id, bad = ids.read_ids(pa.nulls(count, pa.string()) if written is None else _text(written))
    codes = {name: meaning.codes(of.get(name), count) for name, meaning in meanings.items()}
    return Part(numbers, message_id, bad, times.read_times(_received(content, chosen)), codes)


def _text(column: pa.Array) -> pa.StringArray:
    return pc.utf8_trim_whitespace(column)


def _received(content: dict[int, pa.Array], chosen: tuple[int, int | None]) -> pa.StringArray:
    date = _text(content[chosen[0]])
    if chosen[1] is None:
        return date
    day = pc.replace_substring_regex(date, header_columns.MIDNIGHT.pattern, "")
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(day, _text(content[chosen[1]]), " "))


@dataclass(frozen=True)
class _Judge:
    columns: Columns
    chosen: tuple[int, int | None]
    meanings: dict[str, Meanings]
    folder: Folder
    settlement: Settlement
    gathered: Gathered

    def parts(self) -> Iterator[tuple[Part, np.ndarray]]:
        """Every part, its times settled, with the mask of the rows that are registrations."""
        for part in self.gathered.parts():
            self.settlement.apply(part.time)
            good = part.time.ok.copy()
            for name, _ in _DOUBTS:
                good &= ~self.unknown(part, name)
            yield part, good

    def unknown(self, part: Part, name: str) -> np.ndarray:
        return self.meanings[name].where(part.codes[name], lambda value: value == places.UNKNOWN)

    def tables(self) -> Iterator[pa.Table]:
        for part, good in self.parts():
            yield _table(part, self.meanings).filter(pa.array(good))


def _judged(judge: _Judge, read: int, unreadable: _Noted, notes: Notes) -> Registrations:
    """Say what is wrong with which rows, and count the others."""
    received = judge.columns.name(judge.chosen[0])
    noted: dict[tuple[str, str], _Noted] = {}
    named_outside, count, folds, zoned, without_district = _Noted(), 0, 0, 0, 0
    resolutions: set[int] = set()
    districts: set[str] = set()

    def note(name: str, code: str, rows: np.ndarray) -> None:
        if len(rows):
            noted.setdefault((name, code), _Noted()).add(rows)

    for part, good in judge.parts():
        time, rows = part.time, part.file_row
        note("received", "BAD_TIME", rows[~time.ok])
        left = time.ok.copy()
        for name, code in _DOUBTS:
            unknown = judge.unknown(part, name)
            note(name, code, rows[left & unknown])
            left &= ~unknown
        note("message_id", "BAD_ID", rows[good & part.bad_id])
        for name, code in _DOUBTS_OF_GOOD:
            note(name, code, rows[good & judge.unknown(part, name)])
        place = judge.meanings["municipality"].where(
            part.codes["municipality"], lambda value: value not in (None, places.UNKNOWN, *judge.folder.hosted)
        )
        named_outside.add(rows[good & place])
        early, late = times.oslo_utc(time.wall)
        count += int(good.sum())
        folds += int((good & ~time.zoned & (early != late)).sum())
        zoned += int((good & time.zoned).sum())
        resolutions.update(np.unique(time.resolution[good]).tolist())
        district = judge.meanings["district"].values(part.codes["district"]).filter(pa.array(good))
        without_district += district.null_count
        districts.update(value for value in district.unique().to_pylist() if value)
    order = [("received", "BAD_TIME"), *_DOUBTS, ("message_id", "BAD_ID"), *_DOUBTS_OF_GOOD]
    for name, code in order:
        found = noted.get((name, code), _Noted())
        column = received if name == "received" else judge.columns.name(judge.columns.single.get(name, 0))
        values = {"column": column} | ({"accepted": _ACCEPTED[name]} if name in _ACCEPTED else {})
        notes.add_rows(code, found.first, found.count, **values)
    notes.add_rows("BAD_ROW", unreadable.first, unreadable.count)
    if named_outside.count and named_outside.count == count:
        raise Refused("ROWS_OF_OTHER_MUNICIPALITY", folder=judge.folder.number)
    notes.add_rows("ROW_OTHER_MUNICIPALITY", named_outside.first, named_outside.count, folder=judge.folder.number)
    return Registrations(
        read=read,
        accepted=count,
        folds=folds,
        resolutions=sorted(resolutions),
        zoned="none" if not zoned else "all" if zoned == count else "some",
        districts=sorted(districts) if count and not without_district else None,
        tables=judge.tables,
    )


def _table(part: Part, meanings: dict[str, Meanings]) -> pa.Table:
    time = part.time
    early, late = times.oslo_utc(time.wall)
    instant = time.wall - time.offset_min * 60_000_000
    moment = pa.timestamp("us")
    return pa.table(
        {
            "file_row": pa.array(part.file_row, pa.int32()),
            "message_id": pa.ExtensionArray.from_storage(pa.uuid(), part.message_id),
            "received_local": pa.array(time.wall, pa.int64(), mask=time.zoned).cast(moment),
            "received_utc": pa.array(np.where(time.zoned, instant, early)).cast(moment),
            "received_later_utc": pa.array(np.where(time.zoned, instant, late)).cast(moment),
            "resolution_s": pa.array(time.resolution, pa.int32()),
            "item_type": meanings["item_type"].values(part.codes["item_type"], "concern"),
            "reporter": meanings["reporter"].values(part.codes["reporter"]),
            "channel": meanings["channel"].values(part.codes["channel"], "portal"),
            "municipality_no": meanings["municipality"].values(part.codes["municipality"]),
            "district_no": meanings["district"].values(part.codes["district"]),
        }
    )
