"""Hand-made work folders: registry, portal, drop folders, survey and follow-up, written from Python literals.

Everything is known by case name: one case is one municipality (or district), so that many cases share one audit.
Messages are known by a short name within their case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

AS_OF = "2023-07-01T12:00:00Z"
NUMBERS = (
    "1101 1106 1108 1111 1112 1114 1119 1120 1121 1122 1124 1127 1130 1133 1134 1135 1144 1145 1146 1149 1151 1160 "
    "1804 1806 1811 1812 1813 1815 1816 1818 1820 1822 1824 1825 1826 1827 1828 1832 1833 1834 1835 1836 1837 1838 "
    "1839 1840 1841 1845 1848 1851 1853 1856 1857 1859 1860 1865 1866 1867 1868 1870 1871 1874 1875 3401 3403 3405 "
    "3407 3411 3412 3413 3414 3415 3416 3417 3418 3419 3420 3421 3422 3423 3424 3425 3426 3427 3428 3429 3430 3431 "
    "3432 3433 3434 3435 3436 3437 3438 3439 3440 3441 3442 3443 3446 3447 3448 3449 3450 3451 3452 3453 3454 3803 "
    "3804 3805 3806 3807 3808 3811 3812 3813 3814 3815 3816 3817 3818 3819 3820 3821 3822 3823 3824 3825 4201 4202 "
    "4203 4205 4206 4207 4211 4212 4213 4214 4217 4218 4219 4220 4221 4222 4223 4224 4225 4226 4227 4228 4611 4612 "
    "4613 4614 4615 4616 4617 4618 4619 4620 4621 4622 4623 4624 4625 4627 4628 4629 4630 4631 4632 4633 4634 4635 "
    "4636 4637 4638 4639 4640 4641 4642 4643 4644 4645 4646 4647 4648 4649 4650 4651 5007 5014 5020 5021 5022 5025 "
    "5026 5027 5028 5029 5031 5032 5033 5034 5035 5036 5037 5038 5041 5042 5043 5044 5045 5046 5047 5049 5052 5053 "
    "5054 5055 5056 5057 5058 5059 5060 5061 5403 5404 5405 5406 5411 5412 5413 5414 5415 5416 5417 5418 5419 5420 "
    "5421 5422 5423 5424 5425 5426 5427 5428 5429 5430 5432 5433 5434 5435 5436 5437 5438 5439 5440 5441 5442 5443 "
    "5444 "
)
LOG_COLUMNS = ["meldingsid", "mottatt", "registrert", "type", "melder", "kanal", "kommunenummer", "bydelsnummer"]
DECLARED: dict[str, str | None] = {
    "fagsystem": "VISMA_FAMILIA",
    "fagsystem_versjon": "23.2",
    "periode_fra": "2023-01-01T00:00:00",
    "periode_til": "2023-07-01T00:00:00",
    "eksportert": "2023-07-01T08:00:00",
}
SURVEY_HEADER = (
    "svar_id;mottatt;tjeneste;svarer_paa_vegne_av;rolle;fagsystem;integrert;mangler_meldinger;antall_meldinger;"
    "antall_per_tjeneste;mangler_annet;endrer_rutiner;melder_avvik;informert;fritekst"
)
PORTAL_HEADER = (
    "bekymringsmeldingId,fiksOrgId,bydelRessursId,innsendt,bydelsnavn,fraFagsystem,skjemaType,kanal,bekreftet"
)
SENDER = {"PRIVAT": "privat", "OFFENTLIG": "offentlig", "UKJENT": ""}
ROW_CHANNEL = {"FIKS_IO": "portal", "SVARINN": "svarinn", "MANUELL_MOTTAK": "manuell", "PRINT": "post"}


def later(local: str, **delta: float) -> str:
    """The local time `delta` after `local`, in the form of `innsendt`."""
    return (datetime.fromisoformat(local) + timedelta(**delta)).isoformat()


def table(rows: Iterable[Iterable[str]], separator: str = ";") -> str:
    """Rows as separated text, one a line."""
    return "".join(separator.join(row) + "\n" for row in rows)


def log_text(
    rows: Iterable[Mapping[str, str]], declared: Mapping[str, str | None], columns: list[str] | None = None
) -> str:
    """The template of a municipality's log: `#` lines with what it covers, header, rows."""
    names = columns or LOG_COLUMNS
    head = "".join(f"# {key}: {value}\n" for key, value in declared.items() if value is not None)
    return head + table([names, *([row.get(name, "") for name in names] for row in rows)])


@dataclass(frozen=True)
class Message:
    """One message as the portal logs it; `sent` and `acknowledged` are Norwegian local time."""

    id: str
    sent: str
    kind: str
    channel: str
    acknowledged: str
    recipient: str

    def row(self, delay: float = 30, **changed: Any) -> dict[str, str]:
        """The log row that registers this message by id, `delay` seconds after it was sent."""
        row = {"meldingsid": self.id, "mottatt": later(self.sent, seconds=delay), "type": "bekymringsmelding"}
        return row | {"melder": SENDER[self.kind], "kanal": ROW_CHANNEL[self.channel]} | changed


@dataclass
class Place:
    """One case: a municipality or district, its messages and its uploads."""

    folder: Folder
    number: str
    district: str
    service: str
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"recipient/{self.number}/{self.district}"))

    @property
    def inbox(self) -> Path:
        return self.folder.root / "drop" / self.number / "inbox"

    def send(
        self,
        name: str,
        sent: str,
        kind: str = "OFFENTLIG",
        channel: str = "FIKS_IO",
        acknowledged: str | None = None,
        id: str | None = None,
    ) -> Message:
        """Enter one message in the portal's log; acknowledged 5 s after it was sent unless said."""
        made = id or str(uuid5(NAMESPACE_URL, f"message/{self.number}/{self.district}/{name}"))
        receipt = later(sent, seconds=5) if acknowledged is None else acknowledged
        message = Message(made, sent, kind, channel, receipt, self.recipient)
        self.messages[name] = message
        self.folder.messages.append(message)
        return message

    def send_each(self, names: str, first: str = "2023-01-10T10:00:00", days: float = 4) -> None:
        """One message for each name, `days` apart, so that none can be taken for its neighbour."""
        for step, name in enumerate(names.split()):
            self.send(name, later(first, days=step * days))

    def rows(self, names: str, by_id: bool = True, **changed: Any) -> list[dict[str, str]]:
        """The log rows of the named messages, without their ids when matching is to be by time."""
        without: dict[str, Any] = {} if by_id else {"meldingsid": ""}
        return [self.messages[name].row(**(without | changed)) for name in names.split()]

    def upload(self, name: str, content: str | bytes) -> Path:
        """Put a file in the inbox as it is."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        path = self.inbox / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def declaration(self, **changed: str | None) -> dict[str, str | None]:
        """What a log of the whole half-year declares, with some of it changed (None leaves a key out)."""
        return {"kommunenummer": self.number} | DECLARED | changed

    def log(self, rows: Iterable[Mapping[str, str]], name: str = "logg.csv", **changed: Any) -> Path:
        """Upload a log in the template's form with its declaration in `#` lines."""
        return self.upload(name, log_text(rows, self.declaration(**changed)))

    def fix(
        self,
        version: str = "23.2",
        installed: str = "2023-06-01",
        by: str = "Kari Test",
        confirmed: str = "2023-06-20T10:00:00",
    ) -> None:
        """Enter one row in fixes.csv."""
        self.folder.fixes.append([self.number, self.district, version, installed, by, confirmed])

    def follow_up(self, measure: str, message: str = "", group: str = "", day: str = "2023-06-20") -> None:
        """Enter one row in the follow-up file."""
        self.folder.followup.append([self.number, message, group, measure, day, "Kari Test"])

    def answer(self, **given: str) -> None:
        """Enter one survey answer by this place's own service; Visma Familia, integrated, unless said."""
        row = {
            "svar_id": f"svar-{len(self.folder.survey) + 1}",
            "mottatt": "2023-06-14T10:00:00",
            "tjeneste": self.service,
            "rolle": "tjeneste",
            "fagsystem": "VISMA_FAMILIA",
            "integrert": "ja",
        }
        self.folder.survey.append(row | given)


@dataclass
class Folder:
    """A work folder under construction; `write` puts it on disk."""

    root: Path
    cases: dict[str, Place] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    systems: list[list[str]] = field(default_factory=list)
    services: dict[str, tuple[str, str]] = field(default_factory=dict)
    members: list[list[str]] = field(default_factory=list)
    fixes: list[list[str]] = field(default_factory=list)
    survey: list[dict[str, str]] = field(default_factory=list)
    followup: list[list[str]] = field(default_factory=list)
    history: list[list[str]] = field(default_factory=list)
    extra_rows: list[list[str]] = field(default_factory=list)
    names: dict[str, str] | None = None
    shipped_registry: bool = False
    manifest: dict[str, object] | None = field(
        default_factory=lambda: dict[str, object](
            {
                "fraDato": "2020-09-01T00:00:00",
                "tilDato": "2023-07-01T14:00:00",
                "uttrekkstidspunkt": "2023-07-01T14:00:00",
            }
        )
    )

    def place(
        self,
        case: str,
        number: str = "",
        district: str = "",
        system: str | None = "VISMA_FAMILIA",
        start: str = "2023-01-01",
        end: str = "",
        host: str = "",
        listed: str | None = None,
    ) -> Place:
        """Make a case: a municipality (the next free one) with a service of its own and one recipient.

        `system` None leaves it out of case_systems.csv; `host` names the municipality whose service serves it;
        `listed` is what recipients.csv calls its case system.
        """
        assert case not in self.cases, case
        used = {place.number for place in self.cases.values()}
        chosen = number or next(free for free in NUMBERS.split() if free not in used)
        service = f"T{host or chosen}{'' if host else district}"
        made = Place(self, chosen, district, service)
        self.cases[case] = made
        self.services.setdefault(service, (f"Tjeneste {service}", host or chosen))
        self.members.append([service, chosen, district, "2020-01-01", ""])
        fiks = str(uuid5(NAMESPACE_URL, f"org/{chosen}"))
        kind = "VISMA_FAMILIA" if system is None else system
        self.recipients.append([made.recipient, chosen, district, f"Kontor {chosen}", fiks, "FIKS_IO", listed or kind])
        if system is not None:
            self.use(made, system, start, end)
        return made

    def use(self, place: Place, system: str, start: str, end: str = "") -> None:
        """Enter one row in case_systems.csv."""
        self.systems.append([place.number, place.district, system, start, end, "prøve"])

    def happened(self, message: Message, *states: str) -> None:
        """Enter the portal's events of one message, a minute apart from when it was sent."""
        for minute, state in enumerate(states):
            self.history.append([message.id, later(message.sent, minutes=minute), "", "", state, "", ""])

    def message_rows(self) -> list[list[str]]:
        """The delivery log's rows as they will be written."""
        places = {row[0]: row for row in self.recipients}
        rows = []
        for m in self.messages:
            _, _, _, name, fiks, *_ = places.get(m.recipient, ["", "", "", "Ukjent kontor", m.recipient])
            rows.append([m.id, fiks, m.recipient, m.sent, name, "false", m.kind, m.channel, m.acknowledged])
        return rows + self.extra_rows

    def write(self) -> Folder:
        """Write the folder and give it back; the manifest's total is the number of unique ids unless set."""
        if not self.shipped_registry:
            self._csv(
                "registry/services.csv",
                "tjeneste_id;navn;vert_kommunenummer",
                [[key, *value] for key, value in self.services.items()],
            )
            self._csv(
                "registry/service_members.csv",
                "tjeneste_id;kommunenummer;bydelsnummer;gyldig_fra;gyldig_til",
                self.members,
            )
        if self.names is not None:
            self._csv(
                "registry/municipalities.csv",
                "kommunenummer;navn;fylkesnummer;fylke;gyldig_fra;gyldig_til",
                [[number, name, "18", "Nordland", "2020-01-01", ""] for number, name in self.names.items()],
            )
        self._csv(
            "registry/case_systems.csv",
            "kommunenummer;bydelsnummer;fagsystem;integrert_fra;integrert_til;kilde",
            self.systems,
        )
        if self.fixes:
            self._csv(
                "registry/fixes.csv",
                "kommunenummer;bydelsnummer;versjon;installert;bekreftet_av;bekreftet_tidspunkt",
                self.fixes,
            )
        self._csv(
            "portal/recipients.csv",
            "bydelRessursId;kommunenummer;bydelsnummer;bydelsnavn;fiksOrgId;kontotype;fagsystem",
            self.recipients,
        )
        rows = self.message_rows()
        half = len(rows) // 2 if len(rows) > 10 else len(rows)
        self._csv("portal/messages_1.csv", PORTAL_HEADER, rows[:half], ",")
        if rows[half:]:
            self._csv("portal/messages_2.csv", PORTAL_HEADER, rows[half:], ",")
        if self.history:
            self._csv(
                "portal/history_1.csv",
                "bekymringsmeldingId,tidspunkt,meldingstype,meldingId,state,fiksIoKonto,beskrivelse",
                self.history,
                ",",
            )
        if self.manifest is not None:
            total = {"totaltAntallTreff": len({row[0] for row in rows})}
            (self.root / "portal/manifest.json").write_text(json.dumps(total | self.manifest), encoding="utf-8")
        if self.survey:
            answers = [[answer.get(name, "") for name in SURVEY_HEADER.split(";")] for answer in self.survey]
            self._csv("survey/responses_1.csv", SURVEY_HEADER, answers)
        if self.followup:
            self._csv(
                "followup/oppfølging.csv",
                "kommunenummer;bekymringsmeldingId;gruppe;tiltak;dato;utført_av",
                self.followup,
            )
        return self

    def _csv(self, path: str, header: str, rows: Iterable[Iterable[str]], separator: str = ";") -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(header + "\n" + table(rows, separator), encoding="utf-8")
