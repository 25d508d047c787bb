"""What a receipt says: a code, how serious it is, the row, and one Norwegian text with the remedy (`messages.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

SHOWN_OF_A_KIND = 20
MORE = "… og "


@dataclass(frozen=True)
class Message:
    """One line of a receipt. `severity` is error, warning or info; `row` counts from 1 in the sender's file."""

    code: str
    severity: str
    row: int | None
    text: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Refused(Exception):
    """The whole file is refused. Carries a code of the catalogue and never anything of the file's content."""

    def __init__(self, code: str, row: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.code, self.row, self.values = code, row, values


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Code → severity and Norwegian text with named places."""
    return tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def message(code: str, row: int | None = None, **values: object) -> Message:
    """A message of the catalogue with its places filled.

    Raises:
        KeyError: no such code, or a place was not given.
    """
    entry = catalogue()[code]
    return Message(code, entry["severity"], row, entry["text"].format(**values))


@dataclass
class Notes:
    """Collects a file's messages; of each kind the first twenty and then how many more."""

    _kept: list[Message] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, row: int | None = None, **values: object) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] <= SHOWN_OF_A_KIND:
            self._kept.append(message(code, row, **values))

    def add_rows(self, code: str, rows: list[int], **values: object) -> None:
        """The same message for many rows, in order."""
        for row in rows[: SHOWN_OF_A_KIND + 1]:
            self.add(code, row, **values)
        self._counts[code] = self._counts.get(code, 0) + max(0, len(rows) - SHOWN_OF_A_KIND - 1)

    def has(self, code: str) -> bool:
        """Whether anything of this kind was noted."""
        return code in self._counts

    def messages(self) -> list[Message]:
        """In order of seriousness, then as they came; each kind closes with how many more there are."""
        order = {"error": 0, "warning": 1, "info": 2}
        closing = []
        for code, count in self._counts.items():
            if count > SHOWN_OF_A_KIND:
                severity = catalogue()[code]["severity"]
                text = f"{MORE}{count - SHOWN_OF_A_KIND} til av samme slag. Alle må rettes på samme måte."
                closing.append(Message(code, severity, None, text))
        codes = list(self._counts)
        return sorted([*self._kept, *closing], key=lambda m: (order[m.severity], codes.index(m.code)))
