"""Gathers what the outcome of one message rests on, from what the last audit left in the lake.

The large tables of the reconciliation are not kept. Those that are needed are made again by its own SQL files, from
the rows of the files that concern the message's place and from the clocks as the audit read them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.run import READS, TABLES, parameters
from meldingskontroll.release.decide import ruleset_version
from meldingskontroll.settings import Settings

Row = dict[str, Any]

NEIGHBOURS, CANDIDATES = 4, 8
_NOT_AUDITED = "Mappen er ikke kontrollert ennå. Kjør «meldingskontroll audit --work {work}» først."
_OTHER_RULES = (
    "Kontrollen av mappen er gjort med et annet regelsett enn programmet har nå. "
    "Kjør «meldingskontroll audit --work {work}» på nytt."
)
_NEEDED = ("reconcile__uploads", "reconcile__registrations", "reconcile__rows_in_time")
_PORTAL_FILES = ("portal/manifest.json", "portal/recipients.csv", "registry/case_systems.csv")


class UnknownMessageError(Exception):
    """No roster entry holds the message. The text is one sentence in Norwegian for a person."""


@dataclass(frozen=True)
class Facts:
    """What is known of one message. Times are naive UTC; the rows have the columns of the files in `sql/explain/`."""

    as_of_utc: Any
    deadline_hours: int
    message: Row
    uploads: list[Row]
    line: list[Row]
    candidates: list[Row]
    group: list[Row]
    coverage: list[Row]
    inputs: list[Row]


def explain(work: WorkFolder, message_id: str, settings: Settings) -> Facts:
    """Everything that the outcome of one message rests on, as the last audit of the folder found it.

    Raises:
        AuditInputError: the folder has not been audited, or by other rules than those of this program.
        UnknownMessageError: no roster entry holds such a message.
    """
    needed = [*READS, *TABLES]
    if not all(work.table(relation).exists() for relation in needed):
        raise AuditInputError(_NOT_AUDITED.format(work=work.root))
    clock, inputs = _decided(work)
    asked_for = _read_id(message_id)
    with sql.connect(settings) as connection:
        sql.load(connection, work, needed)
        _require_held(connection, asked_for)
        _rows_of_the_place(connection, asked_for)
        for file in _files_for(_NEEDED):
            sql.run_file(connection, file, parameters(clock, settings))
        return facts_of(connection, asked_for, clock, settings, inputs)


def facts_of(
    connection: duckdb.DuckDBPyConnection,
    message_id: UUID,
    clock: Clock,
    settings: Settings,
    inputs: dict[str, str] | None = None,
) -> Facts:
    """The same, on a connection that holds the tables of a reconciliation; `inputs` are paths with their sha256."""
    given = parameters(clock, settings) | {
        "message_id": message_id,
        "neighbours": NEIGHBOURS,
        "shown": CANDIDATES,
    }
    for file in sql.stage_files("explain"):
        if sql.relation_of(file) != "explain__registrations":
            sql.run_file(connection, file, given)
    tables = {
        name: sql.rows(connection, f"SELECT * FROM explain__{name}")  # noqa: S608 - names of ours
        for name in ("message", "uploads", "line", "candidates", "group", "coverage")
    }
    message = tables.pop("message")[0]
    return Facts(
        as_of_utc=clock.as_of_utc,
        deadline_hours=settings.deadline_hours,
        message=message,
        inputs=_inputs(connection, message, tables["uploads"], inputs or {}),
        **tables,
    )


def _decided(work: WorkFolder) -> tuple[Clock, dict[str, str]]:
    """The moment that the last audit spoke of, and its input files with their sha256."""
    try:
        release = json.loads(work.decision.read_text(encoding="utf-8"))
        clock, inputs, rules = Clock.parse(release["as_of_utc"]), dict(release["inputs"]), release["ruleset_version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise AuditInputError(_NOT_AUDITED.format(work=work.root)) from None
    if rules != ruleset_version():
        raise AuditInputError(_OTHER_RULES.format(work=work.root))
    return clock, inputs


def _read_id(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        raise UnknownMessageError(
            "Dette er ikke en meldings-id: skriv portalens id, for eksempel 3f2c9a10-5b1e-4c7d-8a90-1234567890ab."
        ) from None


def _require_held(connection: duckdb.DuckDBPyConnection, message_id: UUID) -> None:
    known, held = connection.execute(
        "SELECT EXISTS (FROM portal__messages WHERE message_id = $id), "
        "EXISTS (FROM reconcile__findings WHERE message_id = $id)",
        {"id": message_id},
    ).fetchall()[0]
    if not known and not held:
        raise UnknownMessageError(f"Portalens logg har ingen melding med id {message_id}. Kontroller id-en.")
    if not held:
        raise UnknownMessageError(
            f"Meldingen {message_id} står i portalens logg, men hører ikke til noe sted i omfanget på tidspunktet den "
            "ble sendt. Den er derfor ikke kontrollert, og skal beholdes."
        )


def _rows_of_the_place(connection: duckdb.DuckDBPyConnection, message_id: UUID) -> None:
    """Keep only the rows of the files that concern the message's place, where the reconciliation reads them."""
    file = next(file for file in sql.stage_files("explain") if sql.relation_of(file) == "explain__registrations")
    sql.run_file(connection, file, {"message_id": message_id})
    connection.execute("DROP VIEW intake__registrations")
    connection.execute("ALTER TABLE explain__registrations RENAME TO intake__registrations")


def _files_for(relations: tuple[str, ...]) -> list[Any]:
    """The files of the reconciliation that these relations need, in order; what the audit kept is not made again."""
    made = {sql.relation_of(file): file for file in sql.stage_files("reconcile")}
    wanted, open_ends = set(), list(relations)
    while open_ends:
        relation = open_ends.pop()
        if relation in wanted or relation in TABLES or relation not in made:
            continue
        wanted.add(relation)
        open_ends += re.findall(r"\breconcile__[a-z_]+", made[relation].read_text())
    return [file for relation, file in made.items() if relation in wanted]


def _inputs(
    connection: duckdb.DuckDBPyConnection, message: Row, uploads: list[Row], hashes: dict[str, str]
) -> list[Row]:
    """The files behind the outcome: `path`, `sha256` (None if not named), `rows` and `row` (or None)."""
    portal = f"portal/{message['source_file']}"
    counted = connection.execute(
        "SELECT count(*) FROM portal__messages WHERE source_file = $file", {"file": message["source_file"]}
    ).fetchall()[0][0]
    found: list[Row] = [
        {"path": portal, "sha256": hashes.get(portal), "rows": counted, "row": message["source_row"]},
        *(
            {"path": path, "sha256": hashes[path], "rows": None, "row": None}
            for path in _PORTAL_FILES
            if path in hashes
        ),
    ]
    for upload in uploads:
        mine = upload["sha256"] == message["upload_sha256"]
        found.append(
            {
                "path": f"drop/{upload['folder_no']}/inbox/{upload['file_name']}",
                "sha256": upload["sha256"],
                "rows": upload["rows_accepted"],
                "row": message["file_row"] if mine else None,
            }
        )
    return found
