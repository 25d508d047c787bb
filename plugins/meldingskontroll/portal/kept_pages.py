"""What a run has read of an interval is kept until it is whole, so that an interrupted one goes on from there.

Pages are taken up again only as an unbroken row from the first, of one total, unaltered and not too old; the client
then reads the last of them anew, and the whole is checked as any reading is. Free text is never kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from meldingskontroll.lake import write_json

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    total: int
    rows: list[Row]


class KeptPages:
    """The pages and histories of one interval in a folder; `now` is the run's moment, `begun` the oldest page's."""

    def __init__(self, folder: Path, now: datetime, hours: float) -> None:
        self._folder, self._now, self._oldest = folder, now, now - timedelta(hours=hours)
        self.begun = now

    def pages(self, size: int) -> list[Page]:
        """The pages of `size` rows from the first on that can be relied on."""
        found: list[Page] = []
        while (page := self._read(f"page-{len(found):05d}.json")) is not None and page["size"] == size:
            if found and page["total"] != found[0].total:
                break
            found.append(Page(page["total"], page["rows"]))
            self.begun = min(self.begun, datetime.fromisoformat(page["read"]))
        return found

    def add_page(self, number: int, size: int, page: Page) -> None:
        self._write(f"page-{number:05d}.json", {"size": size, "total": page.total, "rows": page.rows})

    def history(self, message_id: str) -> list[Row] | None:
        """The events of a message, if they were kept."""
        found = self._read(f"history-{message_id.lower()}.json")
        return None if found is None else list(found["events"])

    def add_history(self, message_id: str, events: list[Row]) -> None:
        self._write(f"history-{message_id.lower()}.json", {"events": events})

    def clear(self) -> None:
        """Forget everything: the interval is whole, or what was kept does not hold."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.begun = self._now

    def _write(self, name: str, content: dict[str, Any]) -> None:
        value = content | {"read": self._now.isoformat()}
        write_json(self._folder / name, value | {"sha256": _digest(value)})

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            found = dict(json.loads((self._folder / name).read_text(encoding="utf-8")))
            digest = found.pop("sha256")
            read = datetime.fromisoformat(found["read"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if digest == _digest(found) and self._oldest <= read <= self._now else None


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
