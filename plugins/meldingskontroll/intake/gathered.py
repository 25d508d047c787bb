"""A file's rows as numbers, kept in memory while they are few and else in a nameless file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from meldingskontroll.files import nameless_file
from meldingskontroll.intake import places, words
from meldingskontroll.intake.times import DAY_US, Times

_HELD_IN_MEMORY = 16_000_000
CODED = ("item_type", "reporter", "channel", "municipality", "district")
_SCHEMA = pa.schema(
    [
        ("file_row", pa.int32()),
        ("message_id", pa.binary(16)),
        ("flags", pa.uint8()),
        ("wall", pa.int64()),
        ("days_to_other", pa.int32()),
        ("offset_min", pa.int16()),
        ("resolution", pa.int32()),
        *((name, pa.int16()) for name in CODED),
    ]
)


class Meanings:
    """What the values of one column mean, each meaning with a small number: 0 is none."""

    def __init__(self, meaning: Callable[[str], str | None]) -> None:
        self._meaning = meaning
        self._numbers: dict[str | None, int] = {None: 0}

    def codes(self, column: pa.Array | None, count: int) -> np.ndarray:
        """The numbers of `count` values; all 0 where the file has no such column."""
        if column is None:
            return np.zeros(count, dtype=np.int16)
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        read = [self._read(value.strip()) for value in encoded.dictionary.to_pylist()]
        numbers = [self._numbers.setdefault(meaning, len(self._numbers)) for meaning in read]
        return np.asarray(np.array(numbers or [0], dtype=np.int16)[encoded.indices.to_numpy()])

    def _read(self, value: str) -> str | None:
        return None if value.casefold() in words.empty_values() else self._meaning(value)

    def where(self, codes: np.ndarray, test: Callable[[str | None], bool]) -> np.ndarray:
        """Mask of the rows whose meaning passes the test."""
        mask: np.ndarray = np.array([test(meaning) for meaning in self._numbers], dtype=np.bool_)[codes]
        return mask

    def values(self, codes: np.ndarray, absent: str | None = None) -> pa.DictionaryArray:
        """The meanings themselves; what is none or unknown is `absent`."""
        known = [absent if meaning in (None, places.UNKNOWN) else meaning for meaning in self._numbers]
        # Each meaning stands once, so that rows with the same one are the same.
        distinct = list(dict.fromkeys(meaning for meaning in known if meaning is not None))
        places_of = np.array([distinct.index(meaning) if meaning is not None else -1 for meaning in known], np.int32)
        indices = places_of[codes]
        return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices < 0), pa.array(distinct, pa.string()))


@dataclass(frozen=True)
class Part:
    """Some rows of a file: number in the file, id (16 bytes or NULL), whether the id is none, time, coded columns."""

    file_row: np.ndarray
    message_id: pa.Array
    bad_id: np.ndarray
    time: Times
    codes: dict[str, np.ndarray]


class Gathered:
    """Parts of a file that are added once and may then be read again and again."""

    def __init__(self, spill: Path | None = None) -> None:
        self._file = nameless_file(spill, _HELD_IN_MEMORY)
        self._writer: pa.RecordBatchStreamWriter | None = pa.ipc.new_stream(self._file, _SCHEMA)

    def add(self, part: Part) -> None:
        if self._writer is None:
            raise ValueError("parts cannot be added once they were read")
        time = part.time
        masks = (time.ok, time.zoned, time.free_order, time.other_ok, part.bad_id)
        flags = sum(mask.astype(np.uint8) << at for at, mask in enumerate(masks))
        columns = [
            pa.array(part.file_row, pa.int32()),
            part.message_id,
            pa.array(flags, pa.uint8()),
            pa.array(time.wall),
            pa.array(np.where(time.free_order, (time.wall_other - time.wall) // DAY_US, 0).astype(np.int32)),
            pa.array(time.offset_min.astype(np.int16)),
            pa.array(time.resolution.astype(np.int32)),
            *(pa.array(part.codes[name]) for name in CODED),
        ]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=_SCHEMA))

    def parts(self) -> Iterator[Part]:
        """Every part, in order; what is changed in one does not stay."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as reader:
            for batch in reader:
                yield _part(batch)


def _part(batch: pa.RecordBatch) -> Part:
    flags, wall = _numbers(batch, "flags"), _numbers(batch, "wall").copy()
    ok, zoned, free, other_ok, bad_id = ((flags & (1 << at)) > 0 for at in range(5))
    time = Times(
        ok=ok,
        wall=wall,
        zoned=zoned,
        offset_min=_numbers(batch, "offset_min").astype(np.int64),
        resolution=_numbers(batch, "resolution").copy(),
        free_order=free,
        other_ok=other_ok,
        wall_other=wall + _numbers(batch, "days_to_other").astype(np.int64) * DAY_US,
    )
    codes = {name: _numbers(batch, name) for name in CODED}
    return Part(_numbers(batch, "file_row"), batch["message_id"], bad_id, time, codes)


def _numbers(batch: pa.RecordBatch, name: str) -> np.ndarray:
    return np.asarray(batch[name].to_numpy())
