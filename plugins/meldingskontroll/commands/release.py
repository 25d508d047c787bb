"""`meldingskontroll release …`: keys, approvals and certificates. Exit status 0 done, 3 refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meldingskontroll.commands import release_override, release_service, release_statement
from meldingskontroll.commands.options import AsOf, Work, clock_at

app = typer.Typer(no_args_is_help=True, help="The release of deletion.")
release_service.add_to(app)
release_statement.add_to(app)
release_override.add_to(app)


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


@app.command()
def approve(
    work: Work,
    name: Annotated[str, typer.Option("--as", help="the approver's name, as in registry/approvers.json")],
    key: Annotated[Path, typer.Option("--key", help="the approver's private key")],
    as_of: AsOf = None,
) -> None:
    """Approve deletion: the whole audit is run again, and the approval recorded if nothing else is missing."""
    from meldingskontroll.approve import approve as give_approval
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.settings import current

    document = give_approval(
        WorkFolder(work), name, key, clock_at(as_of), current(), lambda step: typer.echo(f"… {step}", err=True)
    )
    approvers = ", ".join(approval["name"] for approval in document["approvals"])
    if document["decision"] == "RELEASE":
        typer.echo(f"Sletting er frigitt til {document['valid_until_utc']}. Godkjent av {approvers}.")
    else:
        typer.echo(f"Godkjenningen er registrert. Sletting holdes tilbake. Så langt godkjent av {approvers}.")


@app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(help="the certificate, release.jws")],
    jwks: Annotated[Path, typer.Option("--jwks", help="the service's public keys, jwks.json")],
    at: Annotated[str | None, typer.Option("--at", help="the moment to judge at, ISO 8601; now if not given")] = None,
    approvers: Annotated[
        Path | None, typer.Option("--approvers", help="the approvers' public keys, to hold the approvals against")
    ] = None,
) -> None:
    """Say whether a certificate is valid and releases deletion. Exit 0 it does, 3 anything else. Needs no network."""
    from meldingskontroll.release.verify import verify_files

    found = verify_files(certificate, jwks, at, approvers)
    typer.echo(found.sentence)
