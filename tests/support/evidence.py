"""A tiny nation's evidence as a few words, and the files that it is in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.healthy import LARVIK, OSLO, SERVICES, answer

ALL = frozenset({1, 2, 3, 4, 5})
"""Larvik's messages, sent on the 10th of January to May; its fix is of 2 June 2023, but for what `fix` says."""
LATEST = 6
"""The number of a message of Larvik's of 27 June, where there is one: after what must be proven, and after the fix."""
UNSURE, SOME = -1, -2
"""What an answer says in place of a number: "vet ikke", and "ja, ukjent antall"."""


@dataclass(frozen=True)
class Evidence:
    """What is known. As it stands here every requirement is met: one loss, followed up, reported and stated.

    `lost` are messages of Larvik by number; `pair` says that one of its messages 1 and 2 is lost, nobody knows which;
    `latest` is what became of message 6, "none" where there is none; `followed` are numbers, and 0 for the pair.
    `stated` is what is answered for Larvik (None: nothing), and `answers` who answers it and how often.
    """

    log: str = "whole"
    unknown: bool = False
    lost: frozenset[int] = frozenset({3})
    pair: bool = False
    latest: str = "none"
    followed: frozenset[int] = frozenset({3})
    reported: bool = True
    fix: str = "in June"
    stated: int | None = 1
    answers: str = "own"
    system: str = "VISMA_FAMILIA"
    manifest: str = "whole"
    stranger: bool = False
    roster: int = 2
    drill: str = "found"
    checks: str = "passed"

    def but(self, **changed: Any) -> Evidence:
        return replace(self, **changed)


CHOICES: Mapping[str, tuple[Any, ...]] = {
    "log": ("whole", "half", "none"),
    "unknown": (False, True),
    "lost": (frozenset({3}), frozenset(), frozenset({5}), frozenset({3, 5})),
    "pair": (False, True),
    "latest": ("none", "in_transit", "unknown", "not_delivered", "printed", "registered", "lost"),
    "followed": (frozenset({3}), frozenset(), frozenset({0, 3, 5, LATEST})),
    "reported": (True, False),
    "fix": ("in June", "in April", "too recent", "confirmed tomorrow", "too old", "not confirmed", "none"),
    "stated": (1, 0, 2, UNSURE, SOME, None),
    "answers": (
        *("own", "replaced", "replaced wrongly", "by the host", "told apart", "told twice", "disagreeing"),
        *("beside a duty service", "by a duty service", "denied", "tomorrow"),
    ),
    "system": ("VISMA_FAMILIA", "UKJENT"),
    "manifest": ("whole", "miscounted", "short", "none"),
    "stranger": (False, True),
    "roster": (2, 1, 0),
    "drill": ("found", "missed", "false alarm", "none"),
    "checks": ("passed", "failed", "raised", "missing"),
}
FILES: Mapping[str, str] = {
    "log": "drop/3805/inbox/logg.csv",
    "unknown": "drop/3805/inbox/logg.csv",
    "lost": "drop/3805/inbox/logg.csv",
    "pair": "drop/3805/inbox/logg.csv",
    "followed": "followup/tiltak.csv",
    "reported": "followup/tiltak.csv",
    "fix": "registry/fixes.csv",
    "stated": "survey/responses.csv",
    "answers": "survey/responses.csv",
    "system": "registry/case_systems.csv",
    "stranger": "portal/recipients.csv",
}
"""Where each part of the evidence would be read. What is not here changes without a file: a fault of ours, or time."""
MESSAGES, MANIFEST, OVERRIDES = "portal/messages_1.csv", "portal/manifest.json", "registry/overrides.csv"


def content_of(evidence: Evidence, path: str) -> str:
    """What stands in a file: the parts of the evidence that lie in it, in any words."""
    parts = {part: getattr(evidence, part) for part, file in FILES.items() if file == path}
    return json.dumps({part: sorted(v) if isinstance(v, frozenset) else v for part, v in parts.items()}) + "\n"


def manifest_of(kind: str, days: int) -> str:
    """The portal's declaration, which covers some days more than at first; the empty text is no file."""
    if kind == "none":
        return ""
    whole: dict[str, Any] = {
        "fraDato": "2020-09-01",
        "tilDato": f"2023-07-{1 + days:02d}",
        "totaltAntallTreff": 10 + days,
    }
    whole["uttrekkstidspunkt"] = f"2023-07-{1 + days:02d}T06:00:00"
    short: dict[str, Any] = {"tilDato": "2023-01-01", "uttrekkstidspunkt": "2023-01-01T06:00:00"}
    kinds: dict[str, dict[str, Any]] = {"whole": {}, "miscounted": {"totaltAntallTreff": 9}, "short": short}
    return json.dumps(whole | kinds[kind])


@dataclass(frozen=True)
class Answer:
    """One answer to the survey: `service` and `behalf` by roster entry, `said` a number or `UNSURE` or `SOME`.

    `apart` are the numbers of those that it tells apart; `at` is Norwegian time.
    """

    number: int
    service: str
    behalf: tuple[str, ...]
    said: int
    apart: tuple[tuple[str, int], ...] = ()
    role: str = "tjeneste"
    integrated: bool = True
    at: str = "2023-06-14T10:00:00"

    def line(self) -> str:
        """The answer as a line of its file."""
        words = {UNSURE: "vet_ikke", SOME: "ja_ukjent", 0: "nei"}
        return answer(
            str(self.number),
            SERVICES.get(self.service, ""),
            svarer_paa_vegne_av="|".join(SERVICES[place] for place in self.behalf),
            rolle=self.role,
            mottatt=self.at,
            mangler_meldinger=words.get(self.said, "ja_kjent"),
            antall_meldinger=str(self.said) if self.said > 0 else "",
            antall_per_tjeneste="|".join(f"{SERVICES[place]}={number}" for place, number in self.apart),
            fagsystem="VISMA_FAMILIA",
            integrert="ja" if self.integrated else "nei",
        )


def answers_of(evidence: Evidence) -> tuple[Answer, ...]:
    """Everything that was answered, in order of arrival at last."""
    oslo, said = Answer(1, OSLO, (), 0), evidence.stated
    if said is None:
        return (oslo,)
    other = said + 1 if said >= 0 else 1
    larvik = Answer(2, LARVIK, (), said)
    host = Answer(1, OSLO, (LARVIK,), said)
    return {
        "own": (oslo, larvik),
        "replaced": (oslo, Answer(3, LARVIK, (), other, at="2023-06-12T10:00:00"), larvik),
        "replaced wrongly": (oslo, larvik, Answer(3, LARVIK, (), other, at="2023-06-16T10:00:00")),
        "by the host": (host,),
        "told apart": (_apart(host),),
        "told twice": (_apart(host), larvik),
        "disagreeing": (_apart(replace(host, said=other)), larvik),
        "beside a duty service": (oslo, larvik, Answer(3, "", (LARVIK,), 7, role="barnevernsvakt")),
        "by a duty service": (oslo, replace(larvik, role="barnevernsvakt")),
        "denied": (oslo, replace(larvik, integrated=False)),
        "tomorrow": (oslo, replace(larvik, at="2023-07-01T20:00:00")),
    }[evidence.answers]


def _apart(host: Answer) -> Answer:
    return replace(host, apart=((OSLO, 0), (LARVIK, host.said))) if host.said >= 0 else host
