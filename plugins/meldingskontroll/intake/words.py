"""The alias tables of `words.toml`, ready to be looked up."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_PUNCTUATION = re.compile(r"[\s\-_.:/()\\\[\]\"'*#,]+")


def plain(text: str) -> str:
    """A header or value as it is compared: lower case, punctuation read as blanks, single blanks."""
    return _PUNCTUATION.sub(" ", text.casefold()).strip()


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def columns() -> dict[str, tuple[str, int]]:
    """Plain header → (field, rank). A lower rank is a surer sign; `received_weak` is `received` at a higher rank."""
    found: dict[str, tuple[str, int]] = {}
    for field, names in _tables()["columns"].items():
        weak = field.endswith("_weak")
        for rank, name in enumerate(names):
            found.setdefault(plain(name), (field.removesuffix("_weak"), rank + (100 if weak else 0)))
    return found


@lru_cache(maxsize=8)
def values(field: str) -> dict[str, str]:
    """Plain value → what it means, for `item_type`, `reporter` or `channel`."""
    return {plain(name): meaning for meaning, names in _tables()["values"][field].items() for name in names}


@lru_cache(maxsize=1)
def empty_values() -> frozenset[str]:
    """What people write in a cell that holds nothing, in lower case."""
    return frozenset(_tables()["empty"]["values"])


@lru_cache(maxsize=1)
def manifest_keys() -> dict[str, str]:
    """Manifest key as written, in lower case → field of the declaration."""
    return {name: field for field, names in _tables()["manifest"].items() for name in names}


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Norwegian month name or short form → 1 to 12."""
    return {name: number for number, names in enumerate(_tables()["months"]["names"], 1) for name in names}


@lru_cache(maxsize=1)
def weekdays() -> frozenset[str]:
    """Norwegian weekday names and short forms."""
    return frozenset(_tables()["months"]["weekdays"])


@lru_cache(maxsize=1)
def _total_line() -> re.Pattern[str]:
    words = "|".join(sorted((re.escape(plain(word)) for word in _tables()["total"]["words"]), key=len, reverse=True))
    return re.compile(rf"(?:{words})(?: \d[\d ]*)?(?: rader| meldinger| stk)?")


def is_total_line(cells: list[str]) -> bool:
    """Whether a row is a closing total: a total word, and beside it at most numbers."""
    filled = [plain(cell) for cell in cells if cell.strip()]
    if not filled or not _total_line().fullmatch(filled[0]):
        return False
    return all(re.fullmatch(r"[\d ]*", cell) for cell in filled[1:])


def is_personal_header(header: str) -> bool:
    """Whether a column's name promises personal data: a forbidden whole word, and not an administrative name."""
    text = plain(re.sub(r"(?i)\be-(?=post|mail)", "e", header))
    tables = _tables()["personal"]
    if text in {plain(name) for name in tables["allowed"]}:
        return False
    return not set(tables["words"]).isdisjoint(text.split())
