"""Logs of one place whose clock is set, or runs wrong, at known moments: what the reconciliation makes of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from support.scene import Place, Result, Scene, at

SINCE = "2020-09-01T00:00:00"
FIRST = "2020-09-10T07:00:00"
Ahead = Callable[[datetime], float]


def clock_log(
    ahead: Ahead,
    *,
    messages: int = 100,
    days: float = 10,
    wall: Callable[[datetime], str] | str = "oslo",
    lost: str = "",
    beside: tuple[str, ...] = (),
    **row: Any,
) -> tuple[Place, Result]:
    """A log of messages `days` and some hours apart; its clock is `ahead` seconds ahead of `wall` at each moment.

    `beside` are moments of rows that answer nothing.
    """
    scene = Scene()
    place = scene.place("1811", since=SINCE)
    upload = place.upload(period=(SINCE, "2023-07-01T00:00:00"))
    for number in range(messages):
        name = f"m{number}"
        sent = at(FIRST, days=number * days, minutes=37 * (number % 11))
        place.send(name, sent, acknowledged=None if name in lost.split() else 40 + 60 * (number % 13))
        if name in lost.split():
            place.messages[name]["acknowledged_utc"] = sent + timedelta(seconds=5)
            continue
        received = sent + timedelta(seconds=10 + 7 * (number % 5))
        convention = wall if isinstance(wall, str) else wall(received)
        upload.row(received + timedelta(seconds=ahead(received)), wall=convention, **row)
    for moment in beside:
        upload.row(at(moment), **row)
    return place, scene.reconcile()


def stepping(moment: str, seconds: float, before: float = 0) -> Ahead:
    """A clock that is `before` seconds ahead, and from a moment on `seconds`."""
    return lambda received: seconds if received >= at(moment) else before


def drifting(seconds_a_day: float) -> Ahead:
    """A clock that was right at first and gains so many seconds a day."""
    return lambda received: seconds_a_day * (received - at(FIRST)) / timedelta(days=1)


@functools.cache
def one_step() -> tuple[Place, Result]:
    """A Norwegian clock that is set an hour ahead on 14 March 2022; messages m20 and m80 are lost."""
    return clock_log(stepping("2022-03-14T00:00:00", 3600), lost="m20 m80")


@functools.cache
def steady() -> tuple[Place, Result]:
    """A Norwegian clock that is three minutes ahead all the time."""
    return clock_log(lambda _: 180)


PERIODS = "period, periods, convention, identified, offset_s, drift_s_a_day"


def periods(result: Result) -> list[tuple[Any, ...]]:
    """The periods of the one log, in order."""
    return result.table("reconcile__clocks", PERIODS)
