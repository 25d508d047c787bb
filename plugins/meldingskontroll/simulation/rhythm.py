"""When messages are sent: working days, hours and holidays, in Norwegian time. Instants are UTC seconds since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from meldingskontroll.roster import reference

Seconds = npt.NDArray[np.int64]

HOUR = 3600
DAY = 24 * HOUR
OSLO = ZoneInfo("Europe/Oslo")

# Weight of each hour of the day: quiet nights, most of the traffic in office hours.
_WEEKDAY = np.array([0.04] * 7 + [0.5] + [1.0] * 8 + [0.45] * 2 + [0.2] * 4 + [0.08] * 2)
_WEEKEND = np.array([0.03] * 8 + [0.13] * 14 + [0.06] * 2)
_SUMMER = {6: 0.95, 7: 0.55, 8: 0.85, 12: 0.9}


def instant(text: str) -> int:
    """UTC seconds of a Norwegian wall-clock time or date, or of a time that has an offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).timestamp())


@lru_cache(maxsize=1)
def _transitions() -> tuple[Seconds, Seconds]:
    """The instants at which Norwegian clocks change, and the offset (s) from each on."""
    days = range(instant("2019-01-01"), instant("2025-01-01"), DAY)
    at = [0]
    for day in days:
        if _offset(day) != _offset(day + DAY):
            at.append(next(hour for hour in range(day, day + DAY + 1, HOUR) if _offset(hour) != _offset(day)))
    return np.array(at, dtype=np.int64), np.array([_offset(max(t, days[0])) for t in at], dtype=np.int64)


def _offset(second: int) -> int:
    shift = datetime.fromtimestamp(second, OSLO).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def norwegian_offset(instants: Seconds) -> Seconds:
    """How far ahead of UTC (s) Norwegian clocks are at each instant."""
    at, offsets = _transitions()
    return offsets[np.searchsorted(at, instants, side="right") - 1]


def wall_clock(instants: Seconds) -> Seconds:
    """Norwegian wall-clock seconds (as if they were UTC) of each instant."""
    return instants + norwegian_offset(instants)


def text_of(wall: Seconds) -> npt.NDArray[np.str_]:
    """`2022-03-01T09:24:45` of each wall-clock second."""
    return np.datetime_as_string(wall.astype("datetime64[s]"))


def local_text(instants: Seconds) -> npt.NDArray[np.str_]:
    """Norwegian local time without zone, as the portal writes it."""
    return text_of(wall_clock(instants))


def days_between(first: str, last: str) -> list[date]:
    """All dates from `first` until `last`, which is not included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days)]


def day_weight(day: date) -> float:
    """How much is sent on a day, an ordinary working day being about 1."""
    profile = _WEEKEND if _free(day) else _WEEKDAY
    return float(profile.sum() / _WEEKDAY.sum()) * _SUMMER.get(day.month, 1.06)


def sample(rng: np.random.Generator, days: list[date], count: int) -> Seconds:
    """`count` instants on the given days, by the weight of the day and of the hour."""
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    weights = np.array([day_weight(day) for day in days])
    chosen = rng.choice(len(days), size=count, p=weights / weights.sum())
    free = np.array([_free(day) for day in days])[chosen]
    hours = np.where(free, _hours(rng, _WEEKEND, count), _hours(rng, _WEEKDAY, count))
    midnight = np.array([int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()) for d in days])[chosen]
    wall = midnight + hours * HOUR + rng.integers(0, HOUR, count)
    # Whoever is near a change of the clock gets one of the two readings; both are real instants.
    return np.asarray(wall - norwegian_offset(wall - HOUR - HOUR // 2), dtype=np.int64)


def _hours(rng: np.random.Generator, profile: npt.NDArray[np.float64], count: int) -> Seconds:
    return rng.choice(24, size=count, p=profile / profile.sum()).astype(np.int64)


def _free(day: date) -> bool:
    return day.weekday() >= 5 or day in reference.holidays()
