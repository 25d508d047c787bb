"""What a file says of itself: whose it is, which period it covers, when it was exported."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from meldingskontroll.domain import normal_district
from meldingskontroll.intake import times, words
from meldingskontroll.intake.messages import Notes

_LISTS = {"for_municipalities", "for_districts"}
_LINE = re.compile(r"\s*#\s*([^:=]{1,60}?)\s*[:=]\s*(.*?)\s*")


@dataclass
class Declaration:
    """Times are µs since 1970, UTC; None where nothing (readable) was said."""

    municipality: str | None = None
    case_system: str | None = None
    case_system_version: str | None = None
    period_from: int | None = None
    period_to: int | None = None
    exported: int | None = None
    exported_until: int | None = None
    row_count: int | None = None
    for_municipalities: list[str] = field(default_factory=list)
    for_districts: list[str] = field(default_factory=list)
    trustworthy: bool = True


def from_line(line: str) -> tuple[str, str] | None:
    """(key, value) of a `# nøkkel: verdi` line; None if it is none."""
    match = _LINE.fullmatch(line)
    return (match.group(1), match.group(2)) if match else None


def from_json(data: bytes, notes: Notes) -> tuple[dict[str, Any], bool]:
    """The manifest beside a file as its keys and values, and whether it could be read."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
        # Half a character, which an escape can write, is no text.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        notes.add("MANIFEST_UNREADABLE")
        return {}, False
    return value, True


def understand(beside: Mapping[str, Any], inside: Mapping[str, Any], notes: Notes, *, readable: bool) -> Declaration:
    """One declaration of the manifest beside the file and of what stands in it; where they differ nothing is proof."""
    fields_beside, unknown = _fields(beside)
    fields_inside, unknown_inside = _fields(inside)
    declared = Declaration(trustworthy=readable)
    for key in fields_beside.keys() & fields_inside.keys():
        if _comparable(fields_beside[key]) != _comparable(fields_inside[key]):
            notes.add("MANIFEST_CONFLICT", key=_shown(key))
            declared.trustworthy = False
    if unknown + unknown_inside:
        notes.add("UNKNOWN_MANIFEST_KEY", count=unknown + unknown_inside)
    given = fields_inside | fields_beside
    declared.municipality = _municipality(given.get("municipality"))
    declared.case_system = _text(given.get("case_system"))
    declared.case_system_version = _text(given.get("case_system_version"))
    declared.for_municipalities = [_municipality(v) or "" for v in _list(given.get("for_municipalities"))]
    districts = (normal_district(v) for v in _list(given.get("for_districts")))
    declared.for_districts = sorted({district for district in districts if district})
    _read_row_count(declared, given.get("row_count"), notes)
    _read_exported(declared, given.get("exported"), notes)
    _read_period(declared, given.get("period_from"), given.get("period_to"), notes)
    return declared


def _fields(given: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    keys = words.manifest_keys()
    found, unknown = {}, 0
    for key, value in given.items():
        field_name = keys.get(re.sub(r"[\s\-]+", "_", str(key).strip().casefold()))
        if field_name is None:
            unknown += 1
        elif _text(value) is not None:
            found[field_name] = value
    return found, unknown


def _shown(field_name: str) -> str:
    return next(key for key, meaning in words.manifest_keys().items() if meaning == field_name)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = "|".join(str(part) for part in value)
    text = "" if value is None else str(value).strip().strip('"').strip()
    return text or None


def _list(value: Any) -> list[str]:
    text = _text(value) or ""
    return [part.strip().strip("\"'") for part in re.split(r"[|,;]", text.strip("[]")) if part.strip()]


def _comparable(value: Any) -> list[str]:
    return sorted(part.casefold().lstrip("0") for part in _list(value))


def _municipality(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    number = re.match(r"[0-9]{1,4}(?![0-9])", text)
    return number.group().zfill(4) if number else text


def _read_row_count(declared: Declaration, value: Any, notes: Notes) -> None:
    text = _text(value)
    if text is None:
        return
    digits = re.sub(r"[\s\u00a0.]", "", text)
    if re.fullmatch(r"[0-9]{1,12}", digits):
        declared.row_count = int(digits)
    else:
        notes.add("ROW_COUNT_UNREADABLE")
        declared.trustworthy = False


def _read_exported(declared: Declaration, value: Any, notes: Notes) -> None:
    text = _text(value)
    if text is None:
        return
    moment = _moment(text)
    if moment is None:
        notes.add("EXPORT_UNREADABLE")
        return
    early, late, day_only = moment
    declared.exported = early
    declared.exported_until = late + (_day_end(early) - early - 1_000_000 if day_only else 0)


def _read_period(declared: Declaration, begin: Any, end: Any, notes: Notes) -> None:
    texts = _text(begin), _text(end)
    if texts == (None, None):
        notes.add("PERIOD_MISSING")
        return
    moments = [_moment(text) if text else None for text in texts]
    if moments[0] is None or moments[1] is None:
        notes.add("PERIOD_UNREADABLE")
        return
    # In the doubled autumn hour the shorter reading is taken: what is proven is never too much.
    first, last = moments[0][1], moments[1][0]
    if last <= first:
        notes.add("PERIOD_BACKWARDS")
        return
    declared.period_from, declared.period_to = first, last
    until = declared.exported_until
    if until is not None and last > until + times.DAY_US:
        notes.add("PERIOD_AFTER_EXPORT")


def _moment(text: str) -> tuple[int, int, bool] | None:
    """(earlier instant, later instant, whether a date alone) of one written time."""
    read = times.read_times(pa.array([text.strip()], pa.string()))
    if not read.ok[0] or read.free_order[0]:
        return None
    day_only = bool(read.resolution[0] == 86_400)
    if read.zoned[0]:
        instant = int(read.wall[0] - read.offset_min[0] * 60_000_000)
        return instant, instant, day_only
    early, late = times.oslo_utc(read.wall[:1])
    return int(early[0]), int(late[0]), day_only


def _day_end(start_utc: int) -> int:
    """The Norwegian midnight that ends the day which begins at `start_utc`."""
    _, late = times.oslo_utc(np.array([start_utc + 2 * 3_600_000_000]) // times.DAY_US * times.DAY_US + times.DAY_US)
    return int(late[0])
