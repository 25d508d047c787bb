"""Reads a column of message ids to native UUIDs."""

from __future__ import annotations

import binascii
import contextlib
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from meldingskontroll.intake import words

_DASHES = [8, 13, 18, 23]
_DIGITS = [at for at in range(36) if at not in _DASHES]
_NIBBLE = np.full(256, 255, dtype=np.uint8)
for _value, _letter in enumerate("0123456789abcdef"):
    _NIBBLE[[ord(_letter), ord(_letter.upper())]] = _value
_OTHER_FORM = re.compile(
    r"(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?", re.IGNORECASE
)


def none(count: int) -> pa.Array:
    """`count` absent ids."""
    return pa.ExtensionArray.from_storage(pa.uuid(), pa.nulls(count, pa.binary(16)))


def read_ids(column: pa.StringArray) -> tuple[pa.Array, np.ndarray]:
    """(ids, mask of the values that are no id). Empty values are absent, not wrong."""
    count = len(column)
    if column.null_count == count:
        return none(count), np.zeros(count, dtype=np.bool_)
    ids, right = np.zeros((count, 16), dtype=np.uint8), np.zeros(count, dtype=np.bool_)
    usual = pc.fill_null(pc.equal(pc.binary_length(column), 36), False).to_numpy(zero_copy_only=False)
    if usual.any():
        ids[usual], right[usual] = _matrix(column.filter(pa.array(usual)))
    others = np.flatnonzero(~right)
    canonical = [_canonical(value) for value in column.take(pa.array(others)).to_pylist()]
    wrong = np.zeros(count, dtype=np.bool_)
    wrong[others] = [value is None for value in canonical]
    found = [at for at, value in enumerate(canonical) if value]
    if found:
        ids[others[found]], right[others[found]] = _matrix(pa.array([canonical[at] for at in found], pa.string()))
    return _uuids(ids, right), wrong


def _matrix(column: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    count = len(column)
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32, count=column.offset + count + 1)
    start = int(offsets[column.offset])
    data = np.frombuffer(column.buffers()[2], dtype=np.uint8)[start : start + 36 * count].reshape(count, 36)
    dashed = (data[:, _DASHES] == ord("-")).all(axis=1)
    digits = data[:, _DIGITS]
    with contextlib.suppress(binascii.Error):  # where all are digits, as they nearly always are
        return np.frombuffer(binascii.unhexlify(digits.tobytes()), dtype=np.uint8).reshape(count, 16), dashed
    nibbles = _NIBBLE[digits]
    right = (nibbles < 16).all(axis=1) & dashed
    return (nibbles[:, 0::2] << 4) | (nibbles[:, 1::2] & 15), right


def _uuids(ids: np.ndarray, right: np.ndarray) -> pa.Array:
    values = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(ids), [None, pa.py_buffer(ids.tobytes())])
    present = pc.if_else(pa.array(right), values, pa.nulls(len(ids), pa.binary(16)))
    return pa.ExtensionArray.from_storage(pa.uuid(), present)


def _canonical(value: str | None) -> str | None:
    """The usual 36 characters; empty text for an empty cell, None for what is no id."""
    if value is None or value.casefold() in words.empty_values():
        return ""
    match = _OTHER_FORM.fullmatch(value)
    return "-".join(match.groups()) if match else None
