"""The map and the time lines, as SVG drawn in plain text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from meldingskontroll.overview import words
from meldingskontroll.overview.figures import Entry, Row
from meldingskontroll.overview.status import status_of

_WIDTH, _HEIGHT = 600, 220
_LEFT, _RIGHT, _TOP, _BOTTOM, _STRIP = 58, 596, 26, 172, 12
STACK = ("registered", "printed", "not_delivered", "in_transit", "unknown", "lost")


@lru_cache(maxsize=1)
def geometry() -> dict[str, Any]:
    """The municipalities' shapes: `credit, width, height, municipalities: number → {d, at}` (2020 to 2023 numbers)."""
    made: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "map.json").read_text(encoding="utf-8"))
    return made


def has_losses(entries: Sequence[Entry]) -> bool:
    """Whether any message of these entries is lost, followed up or not."""
    return any(entry.row["lost"] for entry in entries)


def draw_map(by_municipality: Mapping[str, Sequence[Entry]], names: Mapping[str, str]) -> Markup:
    """The map as one SVG. A status shows as fill and pattern; a triangle marks every place with losses."""
    shapes = geometry()
    known: dict[str, list[Entry]] = {}
    for entries in by_municipality.values():
        known.setdefault(entries[0].canonical_no, []).extend(entries)
    paths, marks = [], []
    for number, shape in shapes["municipalities"].items():
        here = known.get(number, [])
        status = status_of(here)
        name = here[0].name if here else names.get(number, number)
        link = f' data-page="{escape(here[0].municipality_no)}"' if here else ""
        title = f"<title>{escape(name)}: {status.name}</title>"
        paths.append(f'<path class="m-{status.code}"{link} d="{shape["d"]}">{title}</path>')
        if has_losses(here):
            x, y = shape["at"]
            marks.append(f'<path class="m-mark" d="M{x} {y - 26}l24 42h-48z"/>')
    return Markup(
        f'<svg class="map" viewBox="-20 -20 {shapes["width"] + 40} {shapes["height"] + 40}" role="img" '
        f'aria-labelledby="map-title map-description">'
        f'<title id="map-title">Kart over kommunene etter status</title>'
        f'<desc id="map-description">De samme opplysningene står i tabellen over kommunene.</desc>'
        f"{_patterns()}{''.join(paths)}{''.join(marks)}</svg>"
    )


def _patterns() -> str:
    return (
        '<defs><pattern id="p-unproven" width="26" height="26" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="26" height="26" fill="#fbe3a6"/>'
        '<rect width="8" height="26" fill="#a8730a"/></pattern>'
        '<pattern id="p-open" width="20" height="20" patternUnits="userSpaceOnUse">'
        '<rect width="20" height="20" fill="#cfe9e0"/><rect width="20" height="5" fill="#2b8a70"/></pattern>'
        '<pattern id="p-lost" width="22" height="22" patternUnits="userSpaceOnUse">'
        '<rect width="22" height="22" fill="#a4161a"/><circle cx="11" cy="11" r="4" fill="#fff"/></pattern></defs>'
    )


def draw_timeline(key: str, label: str, months: Sequence[Row], start: datetime, end: datetime, **marks: Any) -> Markup:
    """Messages by month and outcome as stacked bars over the proven time, silences and losses marked.

    `marks` may hold `periods`, `proven` and `silences` (rows with `from_utc`, `to_utc`) and `losses` (rows with
    `sent_at_utc`). Without `periods` no coverage is drawn (the national picture). Times are naive UTC; months are
    Norwegian.
    """
    if end <= start:
        end = start + timedelta(days=1)
    span = (end - start).total_seconds()

    def x(moment: datetime) -> float:
        share = (min(max(moment, start), end) - start).total_seconds() / span
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    parts: list[str] = []
    for kind in ("periods", "proven", "silences"):
        parts += [_box(f"t-{kind}", x(row["from_utc"]), x(row["to_utc"])) for row in marks.get(kind, ())]
    parts += _axis(start, end, x)
    parts += _bars(months, x)
    for row in marks.get("losses", ()):
        at = x(row["sent_at_utc"])
        parts.append(f'<path class="t-loss" d="M{at} {_TOP - 6}l-6-12h12z"/>')
    return Markup(
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="t-{escape(key)}">'
        f'<title id="t-{escape(key)}">{escape(label)}</title>{"".join(parts)}</svg>'
    )


def _box(kind: str, left: float, right: float) -> str:
    if right <= left:
        return ""
    height = _BOTTOM + _STRIP - _TOP
    return f'<rect class="{kind}" x="{left}" y="{_TOP}" width="{round(right - left, 1)}" height="{height}"/>'


def _axis(start: datetime, end: datetime, x: Any) -> list[str]:
    parts = [f'<path class="t-axis" d="M{_LEFT} {_BOTTOM}H{_RIGHT}"/>']
    first, last = words.local(start).year, words.local(end).year
    for year in range(first, last + 1):
        at, until = x(datetime(year, 1, 1)), x(datetime(year + 1, 1, 1))  # noqa: DTZ001 - naive UTC, a tick on an axis
        if at > _LEFT:
            parts.append(f'<path class="t-axis" d="M{at} {_BOTTOM}v{_STRIP + 6}"/>')
        if until - at > 40:
            parts.append(
                f'<text x="{round((at + until) / 2, 1)}" y="{_BOTTOM + _STRIP + 19}" text-anchor="middle">{year}</text>'
            )
    return parts


def _bars(months: Sequence[Row], x: Any) -> list[str]:
    top = max((month["sent"] for month in months), default=0)
    if not top:
        return [
            f'<text x="{(_LEFT + _RIGHT) / 2}" y="{(_TOP + _BOTTOM) / 2}" text-anchor="middle">Ingen meldinger</text>'
        ]
    parts = [
        f'<text x="{_LEFT - 6}" y="{_TOP + 10}" text-anchor="end">{words.number(top)}</text>',
        f'<text x="{_LEFT - 6}" y="{_BOTTOM}" text-anchor="end">0</text>',
    ]
    for month in months:
        left, right = x(_midnight(month["month"])), x(_midnight(_next(month["month"])))
        width = max(round(right - left - 2, 1), 1.5)
        foot = float(_BOTTOM)
        for outcome in STACK:
            if not month[outcome]:
                continue
            height = max(month[outcome] / top * (_BOTTOM - _TOP - 8), 1.0)
            foot -= height
            parts.append(
                f'<rect class="o-{outcome}" x="{round(left + 1, 1)}" y="{round(foot, 1)}" '
                f'width="{width}" height="{round(height, 1)}"/>'
            )
    return parts


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - naive UTC; an hour or two is no pixel


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
