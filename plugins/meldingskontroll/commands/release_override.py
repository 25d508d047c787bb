"""`meldingskontroll release override`: one requirement counts as met, by a named person. Exit 0 added, 3 refused."""

from __future__ import annotations

from typing import Annotated

import typer

from meldingskontroll.commands.options import AsOf, Work, clock_at


def add_to(app: typer.Typer) -> None:
    """Put the command in the group `release`."""
    app.command()(override)


def override(
    work: Work,
    municipality: Annotated[str, typer.Option("--municipality", help="the municipality's number, four digits")],
    requirement: Annotated[str, typer.Option("--requirement", help="the requirement, as in requirements.csv")],
    reason: Annotated[str, typer.Option("--reason", help="why; it is shown on every page")],
    name: Annotated[str, typer.Option("--as", help="who decides, as in registry/approvers.json")],
    district: Annotated[str, typer.Option("--district", help="the district's number, two digits")] = "",
    as_of: AsOf = None,
) -> None:
    """Let one requirement count as met for one place. Both approvers must approve it with the other inputs."""
    from meldingskontroll.domain import norwegian_date
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.overrides import add_override

    on = norwegian_date(clock_at(as_of).as_of)
    decided_by = add_override(WorkFolder(work), municipality, district, requirement, reason, name, on)
    typer.echo(
        f"Overstyringen er ført av {decided_by} i registry/overrides.csv. Den vises på alle sider og i sertifikatet, "
        "og gjelder ikke før to personer har godkjent kildene på nytt."
    )
