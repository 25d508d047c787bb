"""`meldingskontroll release …`: keys, approvals and certificates. Exit status 0 done, 3 refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meldingskontroll.commands import release_service
from meldingskontroll.commands.options import Work

app = typer.Typer(no_args_is_help=True, help="The release of deletion.")
release_service.add_to(app)


@app.command()
def keygen(
    work: Work,
    name: Annotated[str, typer.Option("--name", help="the approver's name")],
    out: Annotated[Path, typer.Option("--out", help="where to write the private key; kept by the approver alone")],
) -> None:
    """Make an approver's key: the private half in a file of its own, the public half in registry/approvers.json."""
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.approvers import enter_approver

    approver = enter_approver(WorkFolder(work), name, out)
    typer.echo(f"Nøkkelen til {approver.name} er laget: {out}. Den er personlig og skal ikke deles eller kopieres.")
    typer.echo(f"Den offentlige delen står i registry/approvers.json, med avtrykket {approver.thumbprint}.")
