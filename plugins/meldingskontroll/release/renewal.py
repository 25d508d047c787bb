"""Whether today's inputs are the approved ones, unchanged but for extensions, and bring no new loss (contract §2)."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.lake import WorkFolder, sha256_of, write_json
from meldingskontroll.release.ledger import state_of

_MANIFEST = "portal/manifest.json"
_MESSAGES = "portal/messages*.csv"


def keep_state(work: WorkFolder, inputs: Mapping[str, str]) -> str:
    """Keep the inputs' paths and hashes under the hash of them all. Returns that hash, the state."""
    state = state_of(inputs)
    if not work.ledger_state(state).is_file():
        write_json(work.ledger_state(state), dict(inputs))
    return state


def read_state(work: WorkFolder, state: str) -> dict[str, str] | None:
    """The inputs of a state by path; None where they are not kept, or are no longer those that the hash speaks of."""
    try:
        inputs = json.loads(work.ledger_state(state).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return inputs if isinstance(inputs, dict) and state_of(inputs) == state else None


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, list[str]]:
    """The paths that were `added`, `removed` and `changed` from one set of inputs to another, in order."""
    return {
        "added": sorted(now.keys() - before.keys()),
        "removed": sorted(before.keys() - now.keys()),
        "changed": sorted(path for path in now.keys() & before.keys() if now[path] != before[path]),
    }


def is_extension(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder, state: str, inputs: Mapping[str, str]
) -> bool:
    """Whether every input of an approved state is among `inputs`, unchanged or extended as the contract allows.

    The manifest may cover more, a `messages*.csv` may be replaced by one that holds all its rows, files may be added.
    The contents compared are those kept under their hashes, so that what is judged is what was audited.
    """
    approved = read_state(work, state)
    return bool(approved) and all(
        _stands(connection, work, path, digest, inputs.get(path)) for path, digest in (approved or {}).items()
    )


def _stands(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder, path: str, approved: str, present: str | None
) -> bool:
    if present is None or approved == present:
        return present is not None
    if path != _MANIFEST and not fnmatchcase(path, _MESSAGES):
        return False
    before, now = work.raw(approved), work.raw(present)
    if not all(file.is_file() and sha256_of(file) == digest for file, digest in ((before, approved), (now, present))):
        return False
    return covers_more(before, now) if path == _MANIFEST else holds_all_rows(connection, before, now)


def covers_more(before: Path, now: Path) -> bool:
    """Whether a manifest covers at least what an earlier one did: from no later, to no earlier, no fewer messages."""
    old, new = _read_manifest(before), _read_manifest(now)
    if old is None or new is None:
        return False
    try:
        return bool(
            new["fraDato"] <= old["fraDato"]
            and new["tilDato"] >= old["tilDato"]
            and new["uttrekkstidspunkt"] >= old["uttrekkstidspunkt"]
            and new["totaltAntallTreff"] >= old["totaltAntallTreff"]
        )
    except TypeError:
        # A time with a zone and one without cannot be put in order here; what is not known to cover more does not.
        return False


def _read_manifest(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        times = {name: datetime.fromisoformat(found[name]) for name in ("fraDato", "tilDato", "uttrekkstidspunkt")}
        return {**times, "totaltAntallTreff": int(str(found["totaltAntallTreff"]))}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def holds_all_rows(connection: duckdb.DuckDBPyConnection, before: Path, now: Path) -> bool:
    """Whether every row of one delivery log stands in another, by the columns of the first."""
    try:
        columns = _header_of(before)
        if not columns or not set(columns) <= set(_header_of(now)):
            return False
        _read_rows(connection, "renewal__approved_rows", before, columns)
        _read_rows(connection, "renewal__present_rows", now, columns)
        missing = _run(connection, "renewal__missing_rows")
    except (duckdb.Error, OSError, UnicodeDecodeError):
        return False
    return missing == 0


def _header_of(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [name.strip() for name in next(csv.reader(stream), [])]


def _read_rows(connection: duckdb.DuckDBPyConnection, relation: str, file: Path, columns: list[str]) -> None:
    wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT {wanted} FROM read_csv($path, header = true, "  # noqa: S608
        "delim = ',', quote = '\"', escape = '\"', auto_detect = false, null_padding = false, columns = $columns)",
        {"path": str(file), "columns": dict.fromkeys(_header_of(file), "VARCHAR")},
    ).fetchall()


def count_new_losses(connection: duckdb.DuckDBPyConnection, work: WorkFolder, approved_sha256: str) -> int | None:
    """How many losses today's `findings.parquet` has that the approved findings lacked.

    None where either cannot be read, or the approved ones are no longer what was signed: then nothing is known.
    """
    approved = work.raw(approved_sha256)
    try:
        if sha256_of(approved) != approved_sha256:
            return None
        for relation, file in (("renewal__approved_findings", approved), ("renewal__present_findings", work.findings)):
            connection.read_parquet(str(file)).create_view(relation, replace=True)
        return _run(connection, "renewal__new_losses")
    except (duckdb.Error, OSError):
        return None


def _run(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Run the one file that creates a relation. Returns how many rows it has."""
    (file,) = (found for found in sql.stage_files("renewal") if sql.relation_of(found) == relation)
    sql.run_file(connection, file)
    return int(sql.rows(connection, f"SELECT count(*) AS n FROM {relation}")[0]["n"])  # noqa: S608
