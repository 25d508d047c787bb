"""The product's release, quickened: a pure function of contents is asked once. And the kill of a process."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
from joserfc.jwk import OKPKey

from meldingskontroll import publishing, sql
from meldingskontroll.files import sha256_of
from meldingskontroll.lake import WorkFolder, append_line, written_aside
from meldingskontroll.release import decide as deciding
from meldingskontroll.release import jose, ledger, renewal
from meldingskontroll.release.decision import Decision
from meldingskontroll.release.jose import SignatureRefusedError
from support.judged_once import Bench

NO_CLEARANCE = pa.table(
    {"message_id": pa.array([], pa.uuid()), "clearance": pa.array([], pa.string()), "reason": pa.array([], pa.string())}
)


class KilledError(BaseException):
    """Nothing in the product catches this, as nothing catches a kill."""


@contextlib.contextmanager
def quickened(bench: Bench) -> Iterator[None]:
    """Let the product ask what was computed before, wherever the answer depends on contents alone.

    For good that is the facts of an evidence, the clearances, whether one log holds another's rows, and the losses that
    one table of findings has beyond another's; within a history, whether a key signed a token, what keys a set holds
    and whether lines are a chain. Everything else runs as it is: what changes (hashes of inputs, the ledger, approvals,
    the decision, publication) is read from and written to real files each time.
    """
    count, rows, chain = renewal.count_new_losses, renewal.holds_all_rows, ledger._chain
    verified, key_set = jose.verified, jose.read_key_set

    @contextlib.contextmanager
    def connect(*_: Any) -> Iterator[Any]:
        yield bench.connection

    def count_once(connection: Any, work: WorkFolder, approved: str) -> Any:
        key = ("losses", approved, _hash_of(work.raw(approved)), _hash_of(work.findings))
        return bench.once(key, lambda: count(connection, work, approved))

    def rows_once(connection: Any, old: Path, new: Path) -> Any:
        return bench.once(("rows", old.name, new.name), lambda: rows(connection, old, new))

    def clear(connection: Any, work: WorkFolder, decision: Decision, content: bytes) -> None:
        readable = decision.facts.results_readable
        table = bench.judged_now.clearances[decision.decision] if readable else NO_CLEARANCE
        bound = {"decision_sha256": hashlib.sha256(content).hexdigest()}
        with written_aside(work.clearance, durable=False) as aside:
            pq.write_table(table.replace_schema_metadata(bound), aside)
            written = aside.read_bytes()
        pairs = zip(table["message_id"].to_pylist(), table["clearance"].to_pylist(), strict=True)
        bench.in_history(("cleared", written), lambda: {str(one) for one, said in pairs if said == "delete"})

    def verified_once(token: str | bytes, keys: Iterable[OKPKey], typ: str) -> bytes:
        held = tuple(keys)
        kept = bench.in_history(
            ("verified", token, typ, *map(id, held)), lambda: (held, _tried(verified, token, held, typ))
        )
        return bytes(_given(kept[1]))

    def chain_once(raw: Sequence[bytes]) -> Any:
        lines, problem = bench.in_history(("chain", *raw), lambda: chain(raw))
        return list(lines), problem

    def key_set_once(text: str | bytes) -> Any:
        return _given(bench.in_history(("keys", text), lambda: _tried(key_set, text)))

    with contextlib.ExitStack() as stack:
        for target, name, value in (
            (sql, "connect", connect),
            (renewal, "count_new_losses", count_once),
            (renewal, "holds_all_rows", rows_once),
            (ledger, "_chain", chain_once),
            (jose, "verified", verified_once),
            (jose, "read_key_set", key_set_once),
            (deciding, "gather", lambda *_: bench.judged_now.facts),
            (deciding, "_write_clearance", clear),
            (deciding, "ruleset_version", lambda *_: bench.rules),
        ):
            stack.enter_context(patch.object(target, name, value))
        yield


def _tried(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except SignatureRefusedError as refused:
        return refused


def _given(kept: Any) -> Any:
    if isinstance(kept, SignatureRefusedError):
        raise SignatureRefusedError(kept.code, str(kept))
    return kept


def _hash_of(file: Path) -> str | None:
    return sha256_of(file) if file.is_file() else None


@contextlib.contextmanager
def killed(moment: int | None) -> Iterator[list[str]]:
    """Kill the process just before the disk is changed for the nth time.

    Yields what was changed, and at last, where it was killed, "killed before" and what it would have changed.
    """
    made: list[str] = []

    def counted(name: Callable[..., str], change: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            what = name(*arguments)
            if len(made) == moment:
                made.append(f"killed before {what}")
                raise KilledError
            made.append(what)
            return change(*arguments, **named)

        return run

    with (
        patch.object(os, "replace", counted(_file, os.replace)),
        patch.object(ledger, "append_line", counted(lambda *_: "a line of the ledger", append_line)),
        patch.object(publishing, "withdraw", counted(lambda *_: "withdrawn", publishing.withdraw)),
        contextlib.suppress(KilledError),
    ):
        yield made


def was_killed(made: list[str]) -> bool:
    return bool(made) and made[-1].startswith("killed")


def _file(_: Any, target: Any) -> str:
    place = Path(target)
    staged = "staged " if ".next" in place.parts else ""
    kind = f"*{place.suffix}" if len(place.stem) == 64 else place.name
    return f"{staged}{'raw' if 'raw' in place.parts else kind}"
