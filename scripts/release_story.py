"""The life of a release as it is told by `make demo-release`: what happens, the command, and what it must come to.

Everything is told on a synthetic work folder whose clock stands still, so that the same story comes out each time.
Paths are seen from the folder that the story is told in: `arbeid` is the work folder, `kari`, `ola` and `ks` are places
of people who do not share it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from story_events import (
    delay_followup,
    deliver_followup,
    follow_up_the_new_loss,
    send_corrected_log,
    take_copies_for_ks,
)

BEGIN = datetime(2023, 7, 1, 6, tzinfo=UTC)
SEED = 5
WORK = "arbeid"
PEOPLE = ("kari", "ola", "ks")
KARI, OLA = "Kari Ås", "Ola Nordmann"
HELD, FREE = "HOLD", "RELEASE"


@dataclass(frozen=True)
class Command:
    """`meldingskontroll` with these arguments. It must end with `status`, and leave `decision` where one is named."""

    arguments: tuple[str, ...]
    status: int = 0
    decision: str | None = None
    reasons: tuple[str, ...] = ()
    last_line_only: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Question:
    """KS asks the service, which runs at `at`, what may be deleted; `deleted` names the messages that it may."""

    at: str
    deleted: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """What is told, what happens to the folder, and then the commands and questions."""

    told: str
    acts: tuple[Command | Question, ...] = ()
    event: Callable[[Path], None] | None = None


def moment(hours: int) -> str:
    """The story's clock after so many hours, ISO 8601."""
    return f"{BEGIN + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def serving(question: Question, port: int = 8080) -> Command:
    """The command that runs the service that KS asks."""
    return Command(("release", "serve", "--work", WORK, "--port", str(port), "--at", question.at))


def _audit(hours: int, *reasons: str) -> Command:
    arguments = ("audit", "--work", WORK, "--as-of", moment(hours))
    return Command(arguments, decision=HELD, reasons=reasons, last_line_only=True)


def _keygen(name: str, place: str) -> Command:
    return Command(("release", "keygen", "--work", WORK, "--name", name, "--out", f"{place}/key.json"))


def _approve(name: str, place: str, hours: int, decision: str, *reasons: str, status: int = 0) -> Command:
    arguments = ("release", "approve", "--work", WORK, "--as", name, "--key", f"{place}/key.json")
    return Command((*arguments, "--as-of", moment(hours)), status, decision, reasons)


def _verify(hours: int, status: int = 0) -> Command:
    keys = ("--jwks", "ks/jwks.json", "--approvers", "ks/approvers.json")
    return Command(("release", "verify", "ks/release.jws", *keys, "--at", moment(hours)), status)


STORY: tuple[Scene, ...] = (
    Scene(
        "Vi lager en syntetisk arbeidsmappe med tre kommuner. Alt i den er oppdiktet.",
        (Command(("simulate", "--out", WORK, "--seed", str(SEED), "--municipalities", "3", "--scenario", "clean")),),
    ),
    Scene(
        "Én tapt melding er ennå ikke fulgt opp. Sletting holdes tilbake.",
        (_audit(0, "REQUIREMENTS_UNMET"),),
        delay_followup,
    ),
    Scene(
        "Kommunen melder hva den har gjort. Alt er oppfylt, men ingen har godkjent.",
        (_audit(1, "AWAITING_APPROVAL"),),
        deliver_followup,
    ),
    Scene("To personer får hver sin nøkkel.", (_keygen(KARI, "kari"), _keygen(OLA, "ola"))),
    Scene(
        "Den første godkjenner. Én person er ikke nok, og den samme kan ikke godkjenne to ganger.",
        (
            _approve(KARI, "kari", 2, HELD, "AWAITING_APPROVAL"),
            _approve(KARI, "kari", 2, HELD, "AWAITING_APPROVAL", status=3),
        ),
    ),
    Scene(
        "Den andre godkjenner. Revisjonen gjøres om igjen fra kildene, og sletting frigis.",
        (_approve(OLA, "ola", 3, FREE),),
    ),
    Scene(
        "KS henter sertifikatet, de offentlige nøklene og godkjennernes nøkler, og kontrollerer uten nettverk.",
        (_verify(4), _verify(40, status=3)),
        take_copies_for_ks,
    ),
    Scene(
        "KS får en nøkkel til tjenesten og spør om fire meldinger i det øyeblikket de skal slettes.",
        (
            Command(("release", "token", "--work", WORK, "--name", "KS"), hidden=True),
            Question(moment(4), frozenset({"registrert", "tapt, fulgt opp", "senere funnet tapt"})),
        ),
    ),
    Scene(
        "Kommunen oppdager en feil og sender en rettet logg: en melding som sto der, er ikke registrert likevel.\n"
        "Den er tapt, og ingen visste det. Neste revisjon tar frigivelsen tilbake.",
        (_audit(5, "APPROVALS_LAPSED", "REQUIREMENTS_UNMET"), Question(moment(5), frozenset())),
        send_corrected_log,
    ),
    Scene(
        "Kopien av sertifikatet som KS har, er fortsatt signert og ikke utløpt. Derfor må KS spørre tjenesten,\n"
        "ikke bare kontrollere sertifikatet.",
        (_verify(5),),
    ),
    Scene(
        "Meldingen meldes på nytt, og kommunen retter svaret sitt i undersøkelsen. De gamle godkjenningene er tapt\n"
        "for godt: begge må godkjenne på nytt.",
        (_approve(KARI, "kari", 6, HELD, "AWAITING_APPROVAL"), _approve(OLA, "ola", 7, FREE)),
        follow_up_the_new_loss,
    ),
    Scene(
        "Nå kan også meldingen som ble funnet, slettes.",
        (Question(moment(8), frozenset({"registrert", "tapt, fulgt opp", "senere funnet tapt"})),),
    ),
    Scene(
        "Hovedboken har hvert skritt, og kan regnes ut på nytt.",
        (Command(("ledger", "verify", "--work", WORK)),),
    ),
)


def commands() -> list[Command]:
    """Every command of the story, in order."""
    return [act if isinstance(act, Command) else serving(act) for scene in STORY for act in scene.acts]
