"""The circuit to the portal: after some calls in a row without an answer, none is made for a while, by any task."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitBreakerStorage, CircuitMemoryStorage

from meldingskontroll.domain import iso_utc
from meldingskontroll.lake import write_json
from meldingskontroll.portal.errors import PortalUnavailable
from meldingskontroll.settings import Settings

T = TypeVar("T")
_EMPTY: dict[str, Any] = {"state": STATE_CLOSED, "failures": 0, "successes": 0, "opened_utc": None}


class Circuit:
    """Makes calls through a circuit. Kept in `file`, so that the tasks of a backfill share it; else in memory."""

    def __init__(self, settings: Settings, file: Path | None = None) -> None:
        self._settings = settings
        self._storage = _Kept(file) if file is not None else CircuitMemoryStorage(STATE_CLOSED)
        self._breaker = CircuitBreaker(
            fail_max=settings.portal_circuit_failures,
            reset_timeout=settings.portal_circuit_seconds,
            exclude=[lambda problem: not isinstance(problem, PortalUnavailable)],
            state_storage=self._storage,
            throw_new_error_on_trip=False,
        )

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call the function, unless the circuit is open.

        Raises:
            PortalUnavailable: the circuit is open, and nothing was sent.
        """
        try:
            return self._breaker.call(function, *arguments)
        except CircuitBreakerError:
            until = (self._storage.opened_at or datetime.now(UTC)) + timedelta(
                seconds=self._settings.portal_circuit_seconds
            )
            raise PortalUnavailable(
                f"The portal gave no answer {self._settings.portal_circuit_failures} times in a row, so it is left "
                f"alone until {iso_utc(until.replace(microsecond=0))}: run again after that, when the cause is found."
            ) from None


class _Kept(CircuitBreakerStorage):
    """The circuit's state in a file; what cannot be read is a closed circuit, whose next call tells how things are."""

    def __init__(self, file: Path) -> None:
        super().__init__("kept")
        self._file = file

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {name: found[name] for name in _EMPTY}
        except (OSError, ValueError, KeyError, TypeError):
            return dict(_EMPTY)

    def _change(self, **changes: Any) -> None:
        before = self._read()
        if (after := before | changes) != before:
            write_json(self._file, after)

    @property
    def state(self) -> str:
        return str(self._read()["state"])

    @state.setter
    def state(self, state: str) -> None:
        self._change(state=state)

    def increment_counter(self) -> None:
        self._change(failures=self.counter + 1)

    def reset_counter(self) -> None:
        self._change(failures=0)

    def increment_success_counter(self) -> None:
        self._change(successes=self.success_counter + 1)

    def reset_success_counter(self) -> None:
        self._change(successes=0)

    @property
    def counter(self) -> int:
        return int(self._read()["failures"])

    @property
    def success_counter(self) -> int:
        return int(self._read()["successes"])

    @property
    def opened_at(self) -> datetime | None:
        text = self._read()["opened_utc"]
        return datetime.fromisoformat(text) if text else None

    @opened_at.setter
    def opened_at(self, moment: datetime) -> None:
        self._change(opened_utc=moment.isoformat())
