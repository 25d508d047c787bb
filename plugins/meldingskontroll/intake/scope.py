"""Whom a folder may speak for: its own municipality, and those that it hosts a service for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meldingskontroll.intake.declaration import Declaration
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.lake import WorkFolder
from meldingskontroll.roster.reference import canonical, shipped
from meldingskontroll.roster.tables import read_rows


@dataclass(frozen=True)
class Folder:
    """A drop folder: its number, the canonical one, and the canonical numbers it may speak for, itself included."""

    number: str
    canonical: str
    hosted: frozenset[str]


def hosting(work: WorkFolder | None, since: date, until: date) -> dict[str, frozenset[str]]:
    """Host → municipalities of its services in `[since, until)`, canonical; by the registry, else as shipped.

    Raises:
        AuditInputError: a registry file cannot be read.
    """

    def rows(name: str, columns: list[str]) -> list[dict[str, str]]:
        own = work.registry / name if work else None
        return read_rows(own if own and own.is_file() else shipped(name), columns, columns[:1])

    hosts = {
        row["tjeneste_id"]: canonical(row["vert_kommunenummer"].zfill(4))
        for row in rows("services.csv", ["tjeneste_id", "vert_kommunenummer"])
    }
    found: dict[str, set[str]] = {}
    for row in rows("service_members.csv", ["tjeneste_id", "kommunenummer", "gyldig_fra", "gyldig_til"]):
        host = hosts.get(row["tjeneste_id"])
        begins, ends = row["gyldig_fra"][:10], row["gyldig_til"][:10]
        if host and (not begins or begins < until.isoformat()) and (not ends or ends > since.isoformat()):
            found.setdefault(host, set()).add(canonical(row["kommunenummer"].zfill(4)))
    return {host: frozenset(members) for host, members in found.items()}


def folder_of(number: str, hosts: dict[str, frozenset[str]]) -> Folder:
    own = canonical(number)
    return Folder(number, own, hosts.get(own, frozenset()) | {own})


def check_owner(declared: Declaration, folder: Folder, notes: Notes) -> list[str]:
    """The municipalities (canonical) that a file speaks for.

    Raises:
        Refused: OTHER_MUNICIPALITY.
    """
    own = declared.municipality
    speaks = folder.canonical
    if own is not None and own != folder.number:
        speaks = canonical(own)
        if speaks not in folder.hosted:
            raise Refused("OTHER_MUNICIPALITY", folder=folder.number, key="kommunenummer")
        if speaks == folder.canonical:
            notes.add("RENUMBERED", declared=own, folder=folder.number)
    members = sorted({canonical(number) for number in declared.for_municipalities})
    if not folder.hosted.issuperset(members):
        raise Refused("OTHER_MUNICIPALITY", folder=folder.number, key="gjelder_kommuner")
    return members or [speaks]
