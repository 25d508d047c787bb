"""`meldingskontroll ledger …`: what was decided, and whether the record of it holds. Exit 0 it holds, 3 it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meldingskontroll.commands.options import Work

app = typer.Typer(no_args_is_help=True, help="The record of every decision, approval and revocation.")


@app.callback()
def group() -> None:
    """The record of every decision, approval and revocation."""


@app.command()
def verify(
    work: Work,
    jwks: Annotated[
        Path | None, typer.Option("--jwks", help="the service's public keys; those kept if not given")
    ] = None,
) -> None:
    """Derive the ledger anew from the files. Exit 0 it holds, 3 it does not, with a sentence."""
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.ledger_check import check_ledger

    typer.echo(check_ledger(WorkFolder(work), jwks))
