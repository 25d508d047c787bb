"""Which intervals of the portal's log are fetched, cut at Norwegian midnights. All times are naive UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
Interval = tuple[datetime, datetime]


def months(from_utc: datetime, to_utc: datetime) -> list[Interval]:
    """Cut `[from_utc, to_utc)` at the first of each month in Norway. Empty if there is nothing between the two."""
    pieces: list[Interval] = []
    begin = from_utc
    while begin < to_utc:
        local = _local(begin)
        following = datetime(local.year + local.month // 12, local.month % 12 + 1, 1, tzinfo=OSLO)
        end = min(_utc(following), to_utc)
        pieces.append((begin, end))
        begin = end
    return pieces


def days_again(moment_utc: datetime, again: int) -> list[Interval]:
    """The last whole Norwegian day before a moment, and the `again` days before it, in order."""
    today = _local(moment_utc).date()
    midnights = [_midnight(today - timedelta(days=days)) for days in range(again + 1, -1, -1)]
    return list(pairwise(midnights))


def to_fetch(wanted: Interval, have: Iterable[Interval]) -> list[Interval]:
    """What to fetch so that `wanted` is fetched anew and every extract stays disjoint from the others.

    Extracts that touch `wanted` are fetched again whole, since a file is only ever replaced by one for the same
    interval; what lies between them is new.
    """
    begin, end = wanted
    pieces: list[Interval] = []
    for known_begin, known_end in sorted(have):
        if known_end <= begin or known_begin >= end:
            continue
        if known_begin > begin:
            pieces.append((begin, known_begin))
        pieces.append((known_begin, known_end))
        begin = known_end
    if begin < end:
        pieces.append((begin, end))
    return pieces


def contiguous(have: Iterable[Interval]) -> Interval | None:
    """The unbroken stretch from the earliest extract on; None where nothing is extracted."""
    ordered = sorted(have)
    if not ordered:
        return None
    begin, end = ordered[0]
    for next_begin, next_end in ordered[1:]:
        if next_begin > end:
            break
        end = max(end, next_end)
    return begin, end


def oslo_text(moment_utc: datetime) -> str:
    """A moment as the portal writes it, Norwegian time without zone; in the doubled autumn hour with its offset."""
    local = _local(moment_utc)
    ambiguous = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return (
        local.isoformat(timespec="seconds") if ambiguous else local.replace(tzinfo=None).isoformat(timespec="seconds")
    )


def instants(text: str) -> tuple[datetime, datetime]:
    """The earlier and the later moment that a time of the portal can mean; equal outside the doubled autumn hour.

    Raises:
        ValueError: the text is not a time.
    """
    read = datetime.fromisoformat(text.strip())
    if read.tzinfo:
        return _utc(read), _utc(read)
    return _utc(read.replace(tzinfo=OSLO, fold=0)), _utc(read.replace(tzinfo=OSLO, fold=1))


def _local(moment_utc: datetime) -> datetime:
    return moment_utc.replace(tzinfo=UTC).astimezone(OSLO)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return _utc(datetime.combine(day, time(), tzinfo=OSLO))
