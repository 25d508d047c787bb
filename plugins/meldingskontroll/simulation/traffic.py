"""What was sent and what became of it: the messages of the nation with their true fate.

A message is lost by two faults together: the municipality's storage is overloaded, and the case system fails to
report it, so that it is acknowledged and not stored. Overload alone is reported and sends the message to print.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meldingskontroll.roster import reference
from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.places import YEARS, Place, planned_losses
from meldingskontroll.simulation.rhythm import DAY, HOUR, Seconds
from meldingskontroll.simulation.scenario import Scenario, Story

KINDS = ("PRIVAT", "OFFENTLIG", "UKJENT")
CHANNELS = ("FIKS_IO", "SVARINN", "MANUELL_MOTTAK", "PRINT")
FIKS_IO, SVARINN, MANUAL, PRINT = range(4)
FATES = ("registered", "lost", "printed", "print_rejected", "never_acknowledged", "in_transit")
REGISTERED, LOST, PRINTED, PRINT_REJECTED, NEVER_ACKNOWLEDGED, IN_TRANSIT = range(6)
DEADLINE = 40 * HOUR
NEVER = -1

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]


@dataclass
class Traffic:
    """All messages, ordered by place and time; times are UTC seconds, `NEVER` where it did not happen."""

    ids: npt.NDArray[np.object_]
    place: npt.NDArray[np.int32]
    sent: Seconds
    kind: Codes
    channel: Codes
    entry: npt.NDArray[np.int32]
    acknowledged: Seconds
    received: Seconds
    failed: Seconds
    printed: Seconds
    fate: Codes
    windows: list[tuple[int, int, int]]

    def __len__(self) -> int:
        return len(self.sent)


def send(scenario: Scenario, places: list[Place], svarinn: set[int], seed: int) -> Traffic:
    """Send all messages of the period and decide their fate; `svarinn` holds the entries on that channel."""
    rng = np.random.default_rng([seed, 3])
    place, sent = _when(scenario, places, rng)
    count = len(sent)
    kind = rng.choice(3, size=count, p=[0.318, 0.68, 0.002]).astype(np.int8)
    place, sent, kind = _siblings(scenario, place, sent, kind, rng)
    ids = message_ids(np.random.default_rng([seed, 4]), count)
    entry = _entries(places, place, sent)
    channel = _channels(scenario, places, svarinn, place, sent, entry, rng)
    acknowledged, received = _delays(scenario, sent, channel, rng)
    none = np.full(count, NEVER, dtype=np.int64)
    fate = np.full(count, REGISTERED, dtype=np.int8)
    traffic = Traffic(ids, place, sent, kind, channel, entry, acknowledged, received, none, none.copy(), fate, [])
    _plant_losses(scenario, places, traffic, rng)
    _reported_faults(scenario, traffic, rng)
    _fall_back_to_print(scenario, traffic, rng)
    _cut_at(rhythm.instant(scenario.as_of), traffic)
    return traffic


def message_ids(rng: np.random.Generator, count: int) -> npt.NDArray[np.object_]:
    """`count` random UUIDs (version 4) as text."""
    raw = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    text = raw.tobytes().hex()
    parts = (
        (text[i : i + 8], text[i + 8 : i + 12], text[i + 12 : i + 16], text[i + 16 : i + 20], text[i + 20 : i + 32])
        for i in range(0, len(text), 32)
    )
    return np.array(["-".join(part) for part in parts], dtype=object)


def _when(scenario: Scenario, places: list[Place], rng: np.random.Generator) -> tuple[npt.NDArray[np.int32], Seconds]:
    """Place and time of each message: the published national count of each year, shared by child population."""
    published = {int(row["aar"]): int(row["meldinger"]) for row in reference.rows("national_reports.csv")}
    days = rhythm.days_between(scenario.first_day, scenario.end_day)
    found_places, found_times = [], []
    for index, year in enumerate(YEARS):
        whole = rhythm.days_between(f"{year}-01-01", f"{year + 1}-01-01")
        part = [day for day in days if day.year == year]
        share = sum(map(rhythm.day_weight, part)) / sum(map(rhythm.day_weight, whole))
        weights = np.array([place.weights[index] for place in places])
        nation = sum(reference.children()[no, "", year] for no in reference.municipalities_of_2023())
        total = round(
            published[year] * share * scenario.volume_factor * min(1.0, _share(weights.sum() / nation, places))
        )
        counts = rng.multinomial(total, weights / weights.sum())
        found_places.append(np.repeat(np.arange(len(places), dtype=np.int32), counts))
        found_times.append(rhythm.sample(rng, part, total))
    place, sent = np.concatenate(found_places), np.concatenate(found_times)
    order = np.lexsort((sent, place))
    return place[order], sent[order]


def _share(share: float, places: list[Place]) -> float:
    """The nation's share that these places are; the noise of their volumes must not change the whole nation's total."""
    return 1.0 if len({place.municipality_no for place in places}) == 356 else share


def _siblings(
    scenario: Scenario, place: npt.NDArray[np.int32], sent: Seconds, kind: Codes, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int32], Seconds, Codes]:
    """Let some messages follow another of the same kind within minutes, as when siblings are reported."""
    follows = rng.random(len(sent)) < scenario.siblings
    follows[:1] = False
    follows[1:] &= place[1:] == place[:-1]
    at = np.flatnonzero(follows)
    end = rhythm.instant(scenario.end_day) - 1
    moved = sent.copy()
    moved[at] = np.minimum(sent[at - 1] + rng.integers(40, 900, len(at)), end)
    kind = kind.copy()
    kind[at] = kind[at - 1]
    order = np.lexsort((moved, place))
    return place[order], moved[order], kind[order]


def _entries(places: list[Place], place: npt.NDArray[np.int32], sent: Seconds) -> npt.NDArray[np.int32]:
    """The roster entry that holds each message, -1 where none does."""
    entry = np.full(len(sent), -1, dtype=np.int32)
    for number, where in enumerate(places):
        low, high = np.searchsorted(place, [number, number + 1])
        for since, until in where.scope():
            held = (sent[low:high] >= since) & (sent[low:high] < until)
            entry[low:high][held] = where.entry
    return entry


def _channels(
    scenario: Scenario,
    places: list[Place],
    svarinn: set[int],
    place: npt.NDArray[np.int32],
    sent: Seconds,
    entry: npt.NDArray[np.int32],
    rng: np.random.Generator,
) -> Codes:
    by_hand = {"MANUELL_MOTTAK"}
    manual_now = np.array([where.systems[-1].case_system in by_hand for where in places])
    manual_before = np.array([where.systems[0].case_system in by_hand for where in places])
    outside = entry < 0
    channel = np.zeros(len(sent), dtype=np.int8)
    channel[np.isin(entry, sorted(svarinn))] = SVARINN
    channel[outside & (manual_now | manual_before)[place]] = MANUAL
    for number, where in enumerate(places):
        if Story.MANUAL_PERIOD in where.stories:
            since = rhythm.instant("2022-01-01") + int(rng.integers(0, 300)) * DAY
            low, high = np.searchsorted(place, [number, number + 1])
            channel[low:high][(sent[low:high] >= since) & (sent[low:high] < since + 90 * DAY)] = MANUAL
    return channel


def _delays(scenario: Scenario, sent: Seconds, channel: Codes, rng: np.random.Generator) -> tuple[Seconds, Seconds]:
    """When the acknowledgement reached the portal, and when the case system received the message."""
    count = len(sent)
    tail = rng.random(count)
    delay = rng.lognormal(np.log(20), 0.8, count)
    slow = tail < scenario.slow_share
    very_slow = tail > 1 - scenario.very_slow_share
    delay[slow] += rng.lognormal(np.log(20 * 60), 1.2, int(slow.sum()))
    delay[very_slow] += rng.lognormal(np.log(8 * HOUR), 0.9, int(very_slow.sum()))
    fetched = rng.integers(5, 15 * 60, count)
    by_hand = rng.lognormal(np.log(5 * HOUR), 0.7, count)
    received = (
        sent
        + np.select(
            [channel == SVARINN, channel == MANUAL], [fetched + np.minimum(delay * 5, 30 * HOUR), by_hand], delay
        ).astype(np.int64)
        + 1
    )
    acknowledged = np.where(channel == SVARINN, sent + fetched, received + rng.integers(0, 4, count))
    return acknowledged.astype(np.int64), received


def _plant_losses(scenario: Scenario, places: list[Place], traffic: Traffic, rng: np.random.Generator) -> None:
    """Choose the published number of messages in each service, each in an overload without an error report."""
    service = np.array([where.service_id for where in places])
    before = rhythm.instant(scenario.fix_day)
    prompt = traffic.received - traffic.sent < HOUR
    eligible = (traffic.entry >= 0) & (traffic.channel <= SVARINN) & (traffic.sent < before) & prompt
    for services, wanted in planned_losses().items():
        own = np.flatnonzero(eligible & np.isin(service, services.split("|"))[traffic.place])
        for index in np.sort(rng.permutation(own)[:wanted]):
            traffic.fate[index] = LOST
            _overload(traffic, int(index), rng)


def _reported_faults(scenario: Scenario, traffic: Traffic, rng: np.random.Generator) -> None:
    """Overloads in which every failure is reported, anywhere on Familia."""
    digital = np.flatnonzero((traffic.entry >= 0) & (traffic.channel <= SVARINN) & (traffic.fate == REGISTERED))
    for index in np.sort(rng.permutation(digital)[: round(len(digital) * scenario.reported_faults)]):
        traffic.failed[index] = traffic.received[index]
        _overload(traffic, int(index), rng)


def _overload(traffic: Traffic, index: int, rng: np.random.Generator) -> None:
    """Open an overload window around a message; half of its neighbours at the same recipient fail and are reported."""
    where = traffic.place[index]
    since, until = int(traffic.sent[index]) - 20 * 60, int(traffic.sent[index]) + 40 * 60
    traffic.windows.append((int(where), since, until))
    low, high = np.searchsorted(traffic.place, [where, where + 1])
    first, last = low + np.searchsorted(traffic.sent[low:high], [since, until])
    for neighbour in range(int(first), int(last)):
        if neighbour != index and traffic.fate[neighbour] == REGISTERED and traffic.entry[neighbour] >= 0:
            digital = traffic.channel[neighbour] <= SVARINN
            if digital and rng.random() < 0.5:
                traffic.failed[neighbour] = traffic.received[neighbour]


def _fall_back_to_print(scenario: Scenario, traffic: Traffic, rng: np.random.Generator) -> None:
    """Send to print what failed or was not acknowledged within 40 h; some is never acknowledged nor printed."""
    late = (traffic.acknowledged - traffic.sent > DEADLINE) & (traffic.fate == REGISTERED)
    failed = traffic.failed >= 0
    to_print = late | failed
    traffic.printed[:] = np.where(failed, traffic.failed + 600, np.where(late, traffic.sent + DEADLINE, NEVER))
    rejected = to_print & (rng.random(len(traffic)) < scenario.print_rejected)
    traffic.fate[to_print] = PRINTED
    traffic.fate[rejected] = PRINT_REJECTED
    held = np.flatnonzero((traffic.entry >= 0) & (traffic.fate == REGISTERED) & (traffic.channel == FIKS_IO))
    quiet = rng.permutation(held)[: scenario.never_acknowledged if len(held) > 5000 else 0]
    traffic.fate[quiet] = NEVER_ACKNOWLEDGED
    gone = to_print | (traffic.fate == NEVER_ACKNOWLEDGED)
    traffic.acknowledged[gone] = NEVER
    traffic.received[gone] = NEVER
    traffic.channel[to_print] = PRINT


def _cut_at(as_of: int, traffic: Traffic) -> None:
    """Undo what happens after `as_of`: the portal cannot know it yet."""
    unprinted = (traffic.fate == PRINTED) | (traffic.fate == PRINT_REJECTED)
    unprinted &= traffic.printed > as_of
    unread = (traffic.fate == REGISTERED) & ((traffic.acknowledged > as_of) | (traffic.received > as_of))
    waiting = unprinted | unread
    traffic.fate[waiting] = IN_TRANSIT
    traffic.channel[unprinted] = FIKS_IO
    traffic.printed[unprinted] = NEVER
    traffic.failed[unprinted & (traffic.failed > as_of)] = NEVER
    traffic.received[waiting] = NEVER
    traffic.acknowledged[unprinted | (traffic.acknowledged > as_of)] = NEVER
