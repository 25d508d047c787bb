"""Looks up many ids at once in `clearance.parquet`: a sorted array of 16-byte ids, and a code for each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BOUND_TO = b"decision_sha256"
UNKNOWN_ID = "UNKNOWN_ID"
KEEP, DELETE = "keep", "delete"
_ID_BYTES = 16


def bound_to(file: Path) -> tuple[str | None, str]:
    """The sha256 of the decision that a clearance was made for (None where it does not say), and its own; in hex.

    Raises:
        OSError, pyarrow.ArrowException: the file is missing or is no Parquet file.
    """
    with file.open("rb") as stream:
        hashed = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        return _bound(pq.read_metadata(stream).metadata), hashed


def _bound(metadata: dict[bytes, bytes] | None) -> str | None:
    found = (metadata or {}).get(BOUND_TO)
    return found.decode("ascii", "replace") if found is not None else None


@dataclass(frozen=True)
class ClearanceIndex:
    """Every message's clearance, in order of id. `words` holds (clearance, reason) by code, last that of unknown ids.

    An id is the pair of its `high` and `low` 64 bits: numbers are found ten times as fast as texts of bytes.
    """

    high: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any]
    codes: np.ndarray[Any, Any]
    words: list[tuple[str, str]]
    decision_sha256: str | None
    sha256: str

    def look_up(self, asked: list[str]) -> list[int]:
        """The code of each id asked for, in the order asked. Ids are UUIDs as text, in either case."""
        high, low = _halves(bytes.fromhex("".join(asked).replace("-", "")))
        unknown, last = len(self.words) - 1, len(self.codes) - 1
        if last < 0:
            return [unknown] * len(asked)
        # Where ids share their high half, the low one is searched for among them, by halving.
        begin, end = (np.searchsorted(self.high, high, side) for side in ("left", "right"))
        while bool((is_open := begin < end).any()):
            middle = np.minimum((begin + end) // 2, last)
            is_below = is_open & (self.low[middle] < low)
            begin, end = np.where(is_below, middle + 1, begin), np.where(is_open & ~is_below, middle, end)
        place = np.minimum(begin, last)
        is_known = (self.high[place] == high) & (self.low[place] == low)
        codes: list[int] = np.where(is_known, self.codes[place], unknown).tolist()
        return codes


def _halves(ids: bytes | np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The high and the low 64 bits of ids of 16 bytes each."""
    pairs = np.frombuffer(ids, dtype=">u8").reshape(-1, 2)
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)


def read_index(file: Path) -> ClearanceIndex:
    """Read a clearance whole, from one open file, so that what it is bound to and what it says belong together.

    Raises:
        OSError, pyarrow.ArrowException: the file is missing or is no Parquet file.
        ValueError: an id is missing or stands twice, or a column is.
    """
    try:
        with file.open("rb") as stream:
            hashed = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            parquet = pq.ParquetFile(stream, read_dictionary=["clearance", "reason"])
            metadata = parquet.metadata.metadata
            table = parquet.read(["message_id", "clearance", "reason"], use_threads=False)
    except KeyError as problem:
        raise ValueError("the clearance lacks a column") from problem
    if table.num_columns != 3 or any(column.null_count for column in table.columns):
        raise ValueError("the clearance lacks a column, or holds nothing where something must stand")
    ids = _ids(table.column("message_id"))
    codes, words = _codes(table)
    if len(ids) > 1 and not bool((ids[:-1] < ids[1:]).all()):
        order = np.argsort(ids, kind="stable")
        ids, codes = ids[order], codes[order]
        if not bool((ids[:-1] < ids[1:]).all()):
            raise ValueError("an id stands twice")
    return ClearanceIndex(
        *_halves(np.ascontiguousarray(ids)), codes, [*words, (KEEP, UNKNOWN_ID)], _bound(metadata), hashed
    )


def _ids(column: Any) -> np.ndarray[Any, Any]:
    """The ids as 16 bytes each, in the order of the file."""
    array = column.combine_chunks()
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    if storage.type != pa.binary(_ID_BYTES):
        raise ValueError("the ids are not UUIDs")
    whole = np.frombuffer(storage.buffers()[1] or b"", dtype=f"S{_ID_BYTES}")
    return whole[storage.offset : storage.offset + len(storage)]


def _codes(table: Any) -> tuple[np.ndarray[Any, Any], list[tuple[str, str]]]:
    """A code for each row, and what the codes mean. Only the word `delete` lets a message be deleted."""
    said = [table.column(name).combine_chunks() for name in ("clearance", "reason")]
    (clearances, reasons) = [one if pa.types.is_dictionary(one.type) else pc.dictionary_encode(one) for one in said]
    words = [
        (DELETE if clearance == DELETE else KEEP, str(reason))
        for clearance in clearances.dictionary.to_pylist()
        for reason in reasons.dictionary.to_pylist()
    ]
    combined = _whole_numbers(clearances.indices) * max(len(reasons.dictionary), 1) + _whole_numbers(reasons.indices)
    return combined.astype(np.uint16), words


def _whole_numbers(array: Any) -> np.ndarray[Any, Any]:
    """The numbers of an array without gaps. pyarrow's own way to NumPy first imports pandas, which takes seconds."""
    plain = array.cast(pa.int64())
    return np.frombuffer(plain.buffers()[1] or b"", dtype=np.int64)[plain.offset : plain.offset + len(plain)]
