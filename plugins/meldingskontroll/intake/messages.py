"""What a receipt says: a code, how serious it is, the row, and one Norwegian text with the remedy (`messages.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
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


def grouped(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages of a receipt as lines for a person: one for each text, with `rows`, all the rows that it is said of.

    What only says how many more there are is no line of its own but the `more` of its kind.
    """
    found: list[dict[str, Any]] = []
    for entry in entries:
        same = [line for line in found if line["code"] == entry["code"]]
        alike = [line for line in same if line["text"] == entry["text"]]
        if same and entry["text"].startswith(MORE):
            same[-1]["more"] = entry["text"]
        elif alike and entry["row"] is not None:
            alike[0]["rows"].append(entry["row"])
        else:
            rows = [] if entry["row"] is None else [entry["row"]]
            found.append({**entry, "rows": rows, "more": ""})
    return found


@dataclass
class Notes:
    """Collects a file's messages; of each kind the first twenty and then how many more.

    A kind is one text: the same fault in another column is another kind, or the one would hide the other.
    """

    _rows: dict[Message, list[int | None]] = field(default_factory=dict)
    _counts: dict[Message, int] = field(default_factory=dict)

    def add(self, code: str, row: int | None = None, **values: object) -> None:
        self._note(message(code, None, **values), [row])

    def add_rows(self, code: str, rows: list[int], count: int | None = None, **values: object) -> None:
        """The same message for many rows, in order; `count` where there are more of them than `rows` names."""
        if rows:
            self._note(message(code, None, **values), rows, count)

    def _note(self, kind: Message, rows: Sequence[int | None], count: int | None = None) -> None:
        kept = self._rows.setdefault(kind, [])
        kept += rows[: SHOWN_OF_A_KIND - len(kept)]
        self._counts[kind] = self._counts.get(kind, 0) + (len(rows) if count is None else count)

    def has(self, code: str) -> bool:
        """Whether anything with this code was noted."""
        return any(kind.code == code for kind in self._counts)

    def messages(self) -> list[Message]:
        """In order of seriousness, then as they came; each kind closes with how many more there are."""
        order = {"error": 0, "warning": 1, "info": 2}
        codes = list(dict.fromkeys(kind.code for kind in self._counts))
        found = []
        for kind in sorted(self._counts, key=lambda kind: (order[kind.severity], codes.index(kind.code))):
            found += [replace(kind, row=row) for row in self._rows[kind]]
            more = self._counts[kind] - len(self._rows[kind])
            if more:
                text = f"{MORE}{more} til av samme slag. Alle må rettes på samme måte."
                found.append(replace(kind, text=text))
        return found
