"""The command `meldingskontroll`. Exit status: 0 done, 2 the input cannot be used, 3 refused, 1 a fault of ours."""

from __future__ import annotations

import errno
import io
import json
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from meldingskontroll.commands import ledger, release
from meldingskontroll.commands.options import REFUSED, AsOf, Work, clock_at
from meldingskontroll.domain import AuditInputError, RefusedError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
portal_app = typer.Typer(no_args_is_help=True, help="The simulated portal.")
app.add_typer(portal_app, name="portal")
app.add_typer(release.app, name="release")
app.add_typer(ledger.app, name="ledger")


@app.command()
def audit(
    work: Work,
    as_of: AsOf = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="print only the summary's last line")] = False,
) -> None:
    """Run the whole audit on one work folder, with no Airflow and no network."""
    from meldingskontroll.audit import audit as run_audit
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.summary import print_summary

    folder = WorkFolder(work)
    run_audit(folder, clock_at(as_of), progress=None if quiet else lambda step: typer.echo(f"… {step}", err=True))
    print_summary(folder, short=quiet)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="the folder to write")],
    seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same bytes")],
    municipalities: Annotated[int | None, typer.Option("--municipalities", min=1, max=244)] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="nation, large, small or clean")] = "nation",
) -> None:
    """Write a synthetic nation with a known truth, as a work folder."""
    from meldingskontroll.simulation.nation import simulate as run_simulation

    run_simulation(out, seed, municipalities, scenario)
    typer.echo(f"Wrote {scenario} (seed {seed}, synthetic) to {out}")


@app.command()
def truth(work: Work) -> None:
    """Compare the audit's findings with the truth of a simulated nation."""
    from meldingskontroll.simulation.truth import compare

    compare(work)


@app.command()
def accuracy(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="how many synthetic sets for each setting")] = 20,
) -> None:
    """Measure the reconciliation against a known truth, over many seeds and kinds of noise."""
    from meldingskontroll.settings import current
    from meldingskontroll.simulation.accuracy import print_table

    print_table(seeds, current())


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="the log to check")],
    municipality: Annotated[str, typer.Option("--municipality", help="four digits")],
    as_json: Annotated[bool, typer.Option("--json", help="print the receipt as JSON")] = False,
) -> None:
    """Say what the receipt would say, before the file is sent. Exit 0 accepted, 3 rejected."""
    from meldingskontroll.intake.check import examined, print_receipt
    from meldingskontroll.settings import current

    if not file.exists():
        raise AuditInputError(f"Fant ikke filen {file.name}. Kontroller navnet og mappen.")
    outcome = examined(file, municipality, current())
    print_receipt(outcome, as_json=as_json)
    raise typer.Exit(REFUSED if outcome.status == "rejected" else 0)


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="the folder to write to")],
    municipality: Annotated[str | None, typer.Option("--municipality", help="four digits")] = None,
) -> None:
    """Write the log's template: a workbook with an explanation, a CSV and an example of a manifest."""
    from meldingskontroll.intake.template import write_template

    for path in write_template(out, municipality):
        typer.echo(str(path))


@app.command()
def formats() -> None:
    """Read one file of each form that a log may come in, and show as a table what was recognised."""
    from meldingskontroll.intake.formats_table import markdown
    from meldingskontroll.settings import current

    typer.echo(markdown(current()), nl=False)


@app.command()
def explain(
    message_id: Annotated[str, typer.Argument(help="the portal's id of the message")],
    work: Work,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Say why a message has its outcome. Exit 3 where no roster entry holds such a message."""
    from meldingskontroll.explain.facts import UnknownMessageError, explain
    from meldingskontroll.explain.show import as_json as facts_as_json
    from meldingskontroll.explain.show import print_facts
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.settings import current

    try:
        facts = explain(WorkFolder(work), message_id, current())
    except UnknownMessageError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(REFUSED) from None
    if as_json:
        typer.echo(json.dumps(facts_as_json(facts), ensure_ascii=False, indent=2))
    else:
        print_facts(facts)


@portal_app.command("serve")
def portal_serve(
    work: Work,
    port: Annotated[int, typer.Option("--port")],
    client_key: Annotated[
        Path | None, typer.Option("--client-key", help="where to write the demo client's key")
    ] = None,
) -> None:
    """Serve the simulated portal over the work folder's portal/, on loopback."""
    from meldingskontroll.simulation.portal_server import serve

    serve(work, port, client_key)


_STORAGE = {
    errno.ENOSPC: ("No space left", "The disk is full: free some space."),
    errno.EDQUOT: ("Disk quota", "The disk quota is used up: free some space."),
    errno.EFBIG: ("File too large", "A file grew larger than this account may write: raise the limit."),
    errno.EROFS: ("Read-only file system", "The work folder cannot be written to: it is on a read-only file system."),
    errno.EACCES: (
        "Permission denied",
        "The work folder cannot be read or written by this account: see to its rights.",
    ),
}


def _storage_problem(fault: Exception) -> str | None:
    """The sentence for a disk that is full or closed to us, whether Python met it or DuckDB; None for other faults."""
    if isinstance(fault, OSError):
        known = _STORAGE.get(fault.errno or 0)
        return known[1] if known else None
    if type(fault).__module__.endswith("duckdb"):
        return next((sentence for words, sentence in _STORAGE.values() if words in str(fault)), None)
    return None


def main() -> None:
    """Run the command; input that cannot be used gives one sentence on stderr and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a letter must not turn an answer into a fault.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except AuditInputError as problem:
        typer.echo(str(problem), err=True)
        sys.exit(2)
    except RefusedError as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(REFUSED)
    except typer.Exit as done:
        sys.exit(done.exit_code)
    except typer.Abort:
        sys.exit(130)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("meldingskontroll"):
            raise
        typer.echo(f"This command needs {missing.name}: install meldingskontroll[audit], not the check alone", err=True)
        sys.exit(1)
    except Exception as fault:  # noqa: BLE001 - the last stop: say that it is our fault, and where
        if hasattr(fault, "show") and hasattr(fault, "exit_code"):
            fault.show()
            sys.exit(fault.exit_code)
        if (sentence := _storage_problem(fault)) is not None:
            # What came of a standing release is noted on the error itself.
            told = " ".join([*getattr(fault, "__notes__", []), "Run again afterwards."])
            typer.echo(f"{sentence} Earlier results are as they were. {told}", err=True)
            sys.exit(1)
        traceback.print_exc()
        typer.echo("A fault of ours stopped the command; earlier results are as they were.", err=True)
        sys.exit(1)
