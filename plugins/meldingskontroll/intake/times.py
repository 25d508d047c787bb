"""Reads columns of times as people write them, and turns Norwegian wall-clock time into UTC.

Values are grouped by *shape* (every digit read as 9): a handful of shapes covers a file, each is understood once, and
its digits are read as one matrix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from meldingskontroll.intake import words

Rows: TypeAlias = np.ndarray | slice
# (shape, positions of its rows, matrix of bytes: one row a value)
Shaped: TypeAlias = tuple[str, Rows, np.ndarray]
OSLO = ZoneInfo("Europe/Oslo")
_NUMBERS = frozenset({"y", "m", "d", "a", "b", "H", "M", "S"})
DAY_US = 86_400_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2059
_LONGEST = 60

_TIME = r"(?P<H>99?)(?:[:.](?P<M>99)(?:[:.](?P<S>99)(?:[.,](?P<f>9{1,9}))?)?)"
_ZONE = r"(?:\s?(?P<z>[Zz]|UTC|GMT|CET|CEST|[+-]99(?::?99)?))?"
_DATES = (
    r"(?P<y>9999)(?P<s>[-/.])(?P<m>99?)(?P=s)(?P<d>99?)",
    r"(?P<d>99?)\.\s?(?P<m>99?)\.\s?(?P<y>9999|99)",
    r"(?P<d>99?)\.?\s(?P<month>[^\W\d_]{3,9})\.?\s(?P<y>9999)",
    r"(?P<a>99?)(?P<s>[-/])(?P<b>99?)(?P=s)(?P<y>9999|99)",
)
_SHAPES = [
    re.compile(rf"(?:(?P<wd>[^\W\d_]{{3,7}})\.?,?\s+)?{date}(?:(?:\s*[Tt]\s*|\s*,?\s*(?:[Kk]l\.?\s*)?){_TIME}{_ZONE})?")
    for date in _DATES
] + [
    re.compile(r"(?P<y>9999)(?P<m>99)(?P<d>99)(?:T?(?P<H>99)(?P<M>99)(?P<S>99)?)?" + _ZONE),
    re.compile(r"(?P<serial>9{5}(?:[.,](?P<part>9+))?)"),
]
TIME_OF_DAY = re.compile(r"\s*(?:[Kk]l\.?\s*)?[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?\s*")


@dataclass
class Times:
    """A column of times. Microseconds since 1970; where `ok` is false the rest means nothing.

    `wall` is what was written (zone or not), `offset_min` the written offset where `zoned`; `order` is 1 where the
    first two numbers of the date may be day and month either way round, and then `wall_other` is the other reading
    (`other_ok` whether it is a date).
    """

    ok: np.ndarray
    wall: np.ndarray
    zoned: np.ndarray
    offset_min: np.ndarray
    resolution: np.ndarray
    free_order: np.ndarray
    other_ok: np.ndarray
    wall_other: np.ndarray

    @classmethod
    def none(cls, count: int) -> Times:
        """`count` unreadable values."""
        whole, truth = np.int64, np.bool_
        kinds = (truth, whole, truth, whole, whole, truth, truth, whole)
        return cls(*(np.zeros(count, dtype=kind) for kind in kinds))


def read_times(column: pa.StringArray) -> Times:
    """Understand every value of a column of trimmed text; NULL and what is no time are not ok."""
    times = Times.none(len(column))
    alike = _of_one_shape(column)
    for shape, rows, matrix in [alike] if alike else _by_shape(column):
        layout = _layout(shape)
        if layout is not None:
            _fill(times, rows, matrix, *layout)
    return times


def _of_one_shape(column: pa.StringArray) -> Shaped | None:
    """The whole column as one matrix, as most files' is: every value written as the first; None if it is not."""
    column = pa.concat_arrays([column])
    count = len(column)
    if not count or column.null_count:
        return None
    offsets = _offsets(column)
    length = int(offsets[1] - offsets[0])
    if not 0 < length <= _LONGEST or not (np.diff(offsets) == length).all():
        return None
    matrix = np.frombuffer(column.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(count, length)
    is_digit = (matrix - np.uint8(48)) < 10
    first = is_digit[0]
    if not (is_digit == first).all() or not (matrix[:, ~first] == matrix[0, ~first]).all():
        return None
    shape = np.where(first, np.uint8(57), matrix[0]).tobytes().decode()
    return shape, slice(None), matrix


def _offsets(column: pa.StringArray) -> np.ndarray:
    end = column.offset + len(column) + 1
    return np.frombuffer(column.buffers()[1], dtype=np.int32, count=end)[column.offset :]


def _by_shape(column: pa.StringArray) -> list[Shaped]:
    """(shape, row positions, matrix of bytes: one row a value) for each shape of the column."""
    column = pa.concat_arrays([column])
    count = len(column)
    if not count:
        return []
    offsets = _offsets(column)
    data = np.frombuffer(column.buffers()[2] or b"", dtype=np.uint8)
    shaped = np.where((data >= 48) & (data <= 57), np.uint8(57), data)
    shapes = pa.StringArray.from_buffers(count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(shaped.tobytes()))
    encoded = shapes.dictionary_encode()
    index = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.argsort(index, kind="stable")
    ends = np.cumsum(np.bincount(index, minlength=len(encoded.dictionary)))
    found: list[Shaped] = []
    start = 0
    for shape, end in zip(encoded.dictionary.to_pylist(), ends, strict=True):
        rows = order[start:end]
        length = len(shape.encode())
        if 0 < length <= _LONGEST:
            found.append((shape, rows, data[offsets[rows][:, None] + np.arange(length)]))
        start = end
    return found


@lru_cache(maxsize=4096)
def _layout(shape: str) -> tuple[str, dict[str, tuple[int, int]], int, str] | None:
    """(kind, byte span of each part, month from a name or 0, written zone) of a shape, or None if it is no time."""
    for pattern in _SHAPES:
        match = pattern.fullmatch(shape)
        if match is None:
            continue
        given = {name: text for name, text in match.groupdict().items() if text is not None}
        if "wd" in given and given["wd"].casefold() not in words.weekdays():
            return None
        month = words.months().get(given["month"].casefold(), 0) if "month" in given else 0
        if "month" in given and not month:
            return None
        bytes_before = [len(shape[:at].encode()) for at in range(len(shape) + 1)]
        spans = {name: (bytes_before[match.start(name)], bytes_before[match.end(name)]) for name in given}
        kind = "serial" if "serial" in given else "free" if "a" in given else "fixed"
        return kind, spans, month, given.get("z", "")
    return None


def parts_of(text: str) -> dict[str, tuple[int, int]] | None:
    """Where the parts of a written time stand, as spans of its UTF-8 bytes by name; None if it is no time."""
    layout = _layout(re.sub("[0-9]", "9", text)) if len(text) <= _LONGEST else None
    return layout[1] if layout else None


def _number(matrix: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    digits = matrix[:, span[0] : span[1]].astype(np.int64) - 48
    return np.asarray(digits @ (10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int64)))


def _fill(
    times: Times,
    rows: Rows,
    matrix: np.ndarray,
    kind: str,
    spans: dict[str, tuple[int, int]],
    month: int,
    zone: str,
) -> None:
    if kind == "serial":
        _fill_serial(times, rows, matrix, spans)
        return
    zero = np.zeros(len(matrix), dtype=np.int64)
    part = {name: _number(matrix, span) for name, span in spans.items() if name in _NUMBERS}
    year = part["y"] + (2000 if spans["y"][1] - spans["y"][0] == 2 else 0)
    hour, minute, second = (part.get(name, zero) for name in "HMS")
    of_day = (hour * 3600 + minute * 60 + second) * 1_000_000
    if "f" in spans:
        begin, end = spans["f"]
        of_day += _number(matrix, (begin, min(end, begin + 6))) * 10 ** max(0, 6 - (end - begin))
    clock_ok = (hour < 24) & (minute < 60) & (second < 60)
    first, second_part = (part["a"], part["b"]) if kind == "free" else (part["d"], part.get("m", zero + month))
    day, ok = _days(year, second_part, first)
    times.ok[rows], times.wall[rows] = ok & clock_ok, day * DAY_US + of_day
    times.resolution[rows] = 1 if "S" in spans else 60 if "M" in spans else 86_400
    if kind == "free":
        other, other_ok = _days(year, first, second_part)
        times.free_order[rows], times.other_ok[rows] = True, other_ok & clock_ok
        times.wall_other[rows] = other * DAY_US + of_day
    if zone:
        times.zoned[rows] = True
        times.offset_min[rows] = _offset(zone, matrix, spans["z"])


def _offset(zone: str, matrix: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    if not zone.startswith(("+", "-")):
        return np.full(len(matrix), {"CET": 60, "CEST": 120}.get(zone, 0), dtype=np.int64)
    begin, end = span
    minutes = _number(matrix, (begin + 1, begin + 3)) * 60
    if end - begin > 3:
        minutes += _number(matrix, (end - 2, end))
    return minutes if zone.startswith("+") else -minutes


def _days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days since 1970, and whether there is such a date within the years that a log can speak of."""
    ok = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(ok, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    first = months.astype("M8[D]").astype(np.int64)
    length = (months + 1).astype("M8[D]").astype(np.int64) - first
    return first + np.where(ok, day, 1) - 1, ok & (day <= length)


def _fill_serial(times: Times, rows: Rows, matrix: np.ndarray, spans: dict[str, tuple[int, int]]) -> None:
    """Excel's days since 1899-12-30 (its 1900 system, right from March 1900 on), to the nearest second."""
    begin, _ = spans["serial"]
    day = _number(matrix, (begin, begin + 5)) - 25_569
    seconds = np.zeros(len(matrix), dtype=np.int64)
    if "part" in spans:
        left, right = spans["part"]
        digits = min(right - left, 15)
        seconds = np.rint(_number(matrix, (left, left + digits)) / 10.0**digits * 86_400).astype(np.int64)
    first_day, _ = _days(np.array([_FIRST_YEAR]), np.array([1]), np.array([1]))
    last_day, _ = _days(np.array([_LAST_YEAR]), np.array([12]), np.array([31]))
    times.ok[rows] = (day >= first_day[0]) & (day <= last_day[0])
    times.wall[rows] = day * DAY_US + seconds * 1_000_000
    times.resolution[rows] = 1 if "part" in spans else 86_400


@lru_cache(maxsize=1)
def _transitions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wall-clock microseconds from which the next offset holds (read early, read late), and the offsets."""
    early, late, offsets = [], [], []
    moment = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    offset = moment.astimezone(OSLO).utcoffset() or timedelta()
    offsets.append(offset)
    end = datetime(_LAST_YEAR + 1, 1, 2, tzinfo=UTC)
    while moment < end:
        following = moment + timedelta(days=1)
        if following.astimezone(OSLO).utcoffset() != offset:
            hour = moment
            while hour.astimezone(OSLO).utcoffset() == offset:
                hour += timedelta(hours=1)
            new = hour.astimezone(OSLO).utcoffset() or timedelta()
            naive = hour.replace(tzinfo=None)
            early.append(naive + max(offset, new))
            late.append(naive + (new if new < offset else max(offset, new)))
            offset = new
            offsets.append(offset)
        moment = following
    as_us = [np.array(moments, dtype="M8[us]").astype(np.int64) for moments in (early, late)]
    return as_us[0], as_us[1], np.array([o.total_seconds() * 1e6 for o in offsets]).astype(np.int64)


def oslo_utc(wall: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Norwegian wall clock → UTC, both in µs since 1970: the earlier and the later instant, equal but in the fold.

    The missing spring hour is read as if winter time went on.
    """
    early, late, offsets = _transitions()
    return (
        wall - offsets[np.searchsorted(early, wall, side="right")],
        wall - offsets[np.searchsorted(late, wall, side="right")],
    )
