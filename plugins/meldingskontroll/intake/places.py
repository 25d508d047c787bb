"""Reads the place that a row names: a number as people and spreadsheets write it, or a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from meldingskontroll.domain import normal_district
from meldingskontroll.intake import words
from meldingskontroll.intake.scope import Folder
from meldingskontroll.roster.reference import canonical, district_names, municipality_names

UNKNOWN = "?"
_NUMBER = re.compile(r"([0-9]{1,6})(?:[.,]0)?(?![0-9])")


def municipality(folder: Folder) -> Callable[[str], str | None]:
    """A reader of municipality cells: the canonical number, UNKNOWN if it names none.

    A name that two municipalities share is read as the one that the folder may speak for.
    """

    def read(value: str) -> str | None:
        match = _NUMBER.match(value)
        if match:
            return canonical(match.group(1)[:4].zfill(4))
        named = _numbers().get(words.plain(value).removesuffix(" kommune"), set())
        known = named & folder.hosted if len(named) > 1 else named
        return next(iter(known)) if len(known) == 1 else UNKNOWN

    return read


@lru_cache(maxsize=1)
def _numbers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, name in municipality_names().items():
        found.setdefault(words.plain(name), set()).add(canonical(number))
    return found


def district(folder: Folder) -> Callable[[str], str | None]:
    """A reader of district cells: two digits, None for no district, UNKNOWN if it names none."""
    numbers = {
        words.plain(name): number for (place, number), name in district_names().items() if place == folder.canonical
    }

    def read(value: str) -> str | None:
        match = _NUMBER.match(value)
        if match:
            return normal_district(match.group(1)[-2:]) or None
        plain = words.plain(value)
        return numbers.get(plain) or numbers.get(plain.removeprefix("bydel ")) or UNKNOWN

    return read
