"""`meldingskontroll release statement`: an approver signs on a machine of his own. Exit 0 signed, 3 refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Put the command in the group `release`."""
    app.command()(statement)


def statement(
    name: Annotated[str, typer.Option("--as", help="the approver's name, as in registry/approvers.json")],
    key: Annotated[Path, typer.Option("--key", help="the approver's private key; it stays on this machine")],
    request: Annotated[str, typer.Option("--request", help="what is asked for, as the task in Airflow shows it")],
) -> None:
    """Sign an approval without the work folder: say what is signed, and print the statement alone on stdout."""
    from meldingskontroll.release.statement import read_request, sign_request

    asked = read_request(request)
    signed = sign_request(name, key, request)
    counted = asked.get("overrides", 0)
    overridden = f"{counted} krav er overstyrt av en navngitt person, ikke oppfylt. " if counted else ""
    typer.echo(
        f"{overridden}Du godkjenner sletting på grunnlag av revisjonen per {asked['as_of_utc']}, med "
        f"{asked['roster_size']} oppføringer i omfanget, regelverket {asked['ruleset_version']}, "
        f"kildene {asked['state']} og funnene {asked['findings_sha256']}. Erklæringen er linjen nedenfor.",
        err=True,
    )
    typer.echo(signed)
