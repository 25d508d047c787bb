"""Decides by all of a file's rows what one leaves open: the order of day and month, and how fine the clock is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.times import DAY_US, Times

_MINUTE_US = 60_000_000
_ENOUGH = 10


@dataclass
class _Fineness:
    """What the times written with seconds are like, under one order of day and month."""

    count: int = 0
    has_seconds: bool = False
    has_clock: bool = False

    def add(self, walls: np.ndarray) -> None:
        self.count += len(walls)
        self.has_seconds = self.has_seconds or bool((walls % _MINUTE_US).any())
        self.has_clock = self.has_clock or bool((walls % DAY_US).any())

    @property
    def resolution(self) -> int:
        if self.count < _ENOUGH or self.has_seconds:
            return 1
        return 60 if self.has_clock else DAY_US // 1_000_000


@dataclass
class Settlement:
    """Gathers what a file's times say, part by part; then settles each part in the same way."""

    # The first row that can only be read with the day first, only with the month first, or either way; 0 for none.
    _day_only: int = 0
    _month_only: int = 0
    _both: int = 0
    _fineness: tuple[_Fineness, _Fineness] = field(default_factory=lambda: (_Fineness(), _Fineness()))

    def add(self, times: Times, numbers: np.ndarray) -> None:
        """Take in a part and its rows' numbers."""
        fine = times.resolution == 1
        self._fineness[0].add(times.wall[times.ok & fine])
        if not times.free_order.any():
            self._fineness[1].add(times.wall[times.ok & fine])
            return
        free = times.free_order
        self._day_only = self._day_only or _first(numbers, free & times.ok & ~times.other_ok)
        self._month_only = self._month_only or _first(numbers, free & ~times.ok & times.other_ok)
        differ = free & times.ok & times.other_ok & (times.wall != times.wall_other)
        self._both = self._both or _first(numbers, differ)
        ok = np.where(free, times.other_ok, times.ok)
        self._fineness[1].add(np.where(free, times.wall_other, times.wall)[ok & fine])

    def order(self, column: str) -> str | None:
        """Whether day or month stands first, by the rows that can be read one way only; `column` is the sender's name.

        Returns:
            "dag" or "måned" where the rows decided, None where there was nothing to decide.

        Raises:
            Refused: nothing decides, or the rows contradict each other.
        """
        if self._day_only and self._month_only:
            rows = {"day": self._day_only, "month": self._month_only}
            raise Refused("DATE_ORDER_MIXED", column=column, **rows)
        if not self._both and not self._month_only:
            return None
        if not self._day_only and not self._month_only:
            raise Refused("DATE_ORDER_UNCLEAR", self._both, column=column)
        return "måned" if self._month_only else "dag"

    def apply(self, times: Times) -> None:
        """Read a part as was decided. Where seconds are always zero, the clock has minutes; likewise days."""
        if self._month_only:
            free = times.free_order
            times.wall[free], times.ok[free] = times.wall_other[free], times.other_ok[free]
        times.resolution[times.resolution == 1] = self._fineness[bool(self._month_only)].resolution


def _first(numbers: np.ndarray, mask: np.ndarray) -> int:
    return int(numbers[mask.argmax()]) if mask.any() else 0
