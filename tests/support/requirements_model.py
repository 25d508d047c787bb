"""Which requirement is met, told from the contract alone (§2): nothing of the product is imported here.

One function a sentence of the contract, for the two roster entries that there are, in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from support.evidence import LATEST, SOME, UNSURE, Answer, Evidence, answers_of
from support.healthy import LARVIK, OSLO

TOMORROW = 12
"""The hour at which what is dated "tomorrow" has come: 18:00 UTC, 20:00 in Norway."""
NEVER = frozenset({"PORTAL_COVERED"})
"""What speaks of the whole extract, which nobody can override for one entry (decision record 11)."""
Unmet = tuple[str, str]


@dataclass(frozen=True)
class Override:
    """A named person's decision on one requirement of one entry, dated so many days after 1 July 2023."""

    place: str
    requirement: str
    day: int


def day_of(hour: float) -> int:
    """The Norwegian day, counted from 1 July 2023, of an hour counted from 06:00 UTC, which is 08:00 in Norway."""
    return int((hour + 8) // 24)


def places_of(evidence: Evidence) -> frozenset[str]:
    """The roster."""
    return frozenset({2: (OSLO, LARVIK), 1: (LARVIK,), 0: ()}[evidence.roster])


def losses_of(evidence: Evidence) -> int:
    """How many of Larvik's messages are lost; nobody else lost any."""
    return len(evidence.lost) + evidence.pair + (evidence.latest == "lost")


def lost(evidence: Evidence) -> frozenset[int]:
    """The messages that are lost or may be."""
    late = frozenset({LATEST}) if evidence.latest == "lost" else frozenset()
    return evidence.lost | late | (frozenset({1, 2}) if evidence.pair else frozenset())


def open_losses(evidence: Evidence) -> frozenset[int]:
    """The messages that are lost or may be, and about which nothing was done."""
    named = lost(evidence.but(pair=False)) - evidence.followed
    return named | (frozenset({1, 2}) if evidence.pair and 0 not in evidence.followed else frozenset())


def may_go(evidence: Evidence) -> frozenset[int]:
    """Larvik's messages that a release lets go: registered, printed or followed up, and nothing else."""
    going = frozenset(range(1, 6)) - (frozenset({4}) if evidence.unknown else frozenset())
    gone_late = evidence.latest in {"registered", "printed", "lost"}
    return (going | (frozenset({LATEST}) if gone_late else frozenset())) - open_losses(evidence)


def unmet(evidence: Evidence, hour: float) -> frozenset[Unmet]:
    """Every requirement that an entry of the roster does not meet, whatever anybody decided."""
    return frozenset(
        (place, requirement) for place in places_of(evidence) for requirement in _unmet_of(place, evidence, hour)
    )


def _unmet_of(place: str, evidence: Evidence, hour: float) -> Iterable[str]:
    portal = evidence.manifest == "whole"
    yield from ("PORTAL_COVERED", "CLEAN_SINCE_FIX") if not portal else ()
    heard = _heard(evidence, hour)
    yield from ("SURVEY_ANSWERED",) if not any(_speaks(answer, place) for answer in heard) else ()
    yield from ("SURVEY_AGREES",) if not _agrees(place, heard, evidence) else ()
    if place != LARVIK:
        return
    fixed = evidence.fix in {"in June", "in April", "too recent"}
    fixed = fixed or (evidence.fix == "confirmed tomorrow" and hour >= TOMORROW)
    # Message 5 was sent in May, after a fix in April; message 6 after every fix; only the whole log proves a week.
    after = evidence.latest == "lost" or (evidence.fix == "in April" and 5 in evidence.lost)
    week = evidence.log == "whole" and evidence.fix != "too recent"
    yield from ("CASE_SYSTEM_KNOWN",) if evidence.system != "VISMA_FAMILIA" else ()
    yield from ("FIX_INSTALLED",) if not fixed else ()
    yield from ("LOG_COVERED",) if evidence.log != "whole" or evidence.unknown else ()
    yield from ("LOSSES_FOLLOWED_UP",) if open_losses(evidence) else ()
    yield from ("CLEAN_SINCE_FIX",) if not fixed or after or not week else ()
    yield from ("DEVIATION_REPORTED",) if losses_of(evidence) and not evidence.reported else ()


def applied(evidence: Evidence, hour: float, overrides: Iterable[Override]) -> frozenset[Unmet]:
    """What counts as met by a person's decision alone: a row dated ahead is none."""
    given = {(row.place, row.requirement) for row in overrides if row.day <= day_of(hour)}
    return frozenset(pair for pair in unmet(evidence, hour) & given if pair[1] not in NEVER)


def is_met(evidence: Evidence, hour: float, overrides: Iterable[Override] = ()) -> bool:
    """Whether nothing but people is missing."""
    in_order = evidence.checks == "passed" and evidence.drill == "found"
    known = evidence.manifest == "whole" and not evidence.stranger and evidence.roster > 0
    return in_order and known and unmet(evidence, hour) <= applied(evidence, hour, overrides)


def _heard(evidence: Evidence, hour: float) -> list[Answer]:
    """The answers that count: received, not a duty service's, and the last of those with the same sender and the same
    services that they speak for."""
    received = [a for a in answers_of(evidence) if a.at != "2023-07-01T20:00:00" or hour >= TOMORROW]
    last: dict[tuple[str, tuple[str, ...]], Answer] = {}
    for answer in sorted((a for a in received if a.role != "barnevernsvakt"), key=lambda a: a.at):
        last[answer.service, answer.behalf] = answer
    return list(last.values())


def _speaks(answer: Answer, place: str) -> bool:
    return place == answer.service or place in answer.behalf


def _number_for(answer: Answer, place: str) -> int | None:
    """What an answer states of one service by itself; None where it does not tell."""
    if answer.said < 0:
        return None
    if place in dict(answer.apart):
        return dict(answer.apart)[place]
    return answer.said if not answer.behalf or answer.said == 0 else None


def _agrees(place: str, heard: list[Answer], evidence: Evidence) -> bool:
    speaking = [answer for answer in heard if _speaks(answer, place)]
    if not speaking or any(not answer.integrated for answer in speaking) or _differ(place, speaking):
        return False
    own = [answer for answer in speaking if answer.service == place]
    counts = own[0] if own else max(speaking, key=lambda answer: answer.said)
    found = {LARVIK: losses_of(evidence)} if LARVIK in places_of(evidence) else {}
    in_all = sum(number for entry, number in found.items() if _speaks(counts, entry))
    if counts.said == UNSURE:
        return False
    if counts.said == SOME:
        return in_all > 0
    by_itself = _number_for(counts, place)
    return counts.said == in_all and by_itself in {None, found.get(place, 0)}


def _differ(place: str, speaking: list[Answer]) -> bool:
    """Whether two answers that speak of one service cannot both be right, or one of them says nothing."""
    if len(speaking) < 2:
        return False
    numbers = {_number_for(answer, place) for answer in speaking}
    says_some = any(answer.said == SOME and not answer.behalf for answer in speaking)
    unsure = any(answer.said == UNSURE for answer in speaking)
    return unsure or len(numbers - {None}) > 1 or (says_some and 0 in numbers)
