"""JSON: a list of objects with the template's names, or an object of manifest keys with the list in `rader`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from meldingskontroll.intake import words
from meldingskontroll.intake.batches import Batch
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.sheet import Sheet, header_score

NAME = "json"
# JSON is held in memory whole, at some ten times its size; a log as large as this belongs in CSV, which is streamed.
_MOST_BYTES = 50_000_000


def recognise(document: Document) -> bool:
    return document.start.lstrip().startswith(("[", "{"))


def texts(document: Document) -> Iterator[tuple[int | None, bytes]]:
    """The text as it stands, and every value by itself, because JSON can write digits as escapes."""
    value = _loaded(document)
    yield None, document.text.encode()
    yield None, "\n".join(_leaves(value)).encode()


def read(document: Document, notes: Notes) -> Sheet:
    """Read the objects; a row's number is its place in the list.

    Raises:
        Refused: JSON_UNREADABLE or NO_HEADER.
    """
    value = _loaded(document)
    declared: dict[str, Any] = {}
    if isinstance(value, dict):
        declared = {key: part for key, part in value.items() if key != "rader"}
        value = value.get("rader")
    if not isinstance(value, list):
        raise Refused("NO_HEADER")
    header = list(dict.fromkeys(key for row in value if isinstance(row, dict) for key in row)) or ["mottatt"]
    if not header_score(header):
        raise Refused("NO_HEADER")
    for position, name in enumerate(header, 1):
        if any(words.is_personal_header(key) for row in value if isinstance(row, dict) for key in _keys(row.get(name))):
            raise Refused("PERSONAL_COLUMN", None, position=position)
    rows = [[_text(row.get(name)) for name in header] if isinstance(row, dict) else None for row in value]
    return Sheet(header, None, [Batch(rows, range(1, len(rows) + 1))] if rows else [], declared)


def _loaded(document: Document) -> Any:
    if "value" not in document.opened:
        if document.content.size > _MOST_BYTES:
            raise Refused("TOO_LARGE", megabytes=_MOST_BYTES // 1_000_000)
        try:
            value = json.loads(document.text, parse_int=str, parse_float=str, parse_constant=str)
            # Half a character, which an escape can write, is no text.
            "\n".join(_leaves(value)).encode()
        except (ValueError, RecursionError):
            raise Refused("JSON_UNREADABLE") from None
        document.opened["value"] = value
    return document.opened["value"]


def _leaves(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part)
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, str):
            yield part


def _keys(value: Any) -> Iterator[str]:
    """The keys of what is nested in a value."""
    if isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from _keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from _keys(part)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
