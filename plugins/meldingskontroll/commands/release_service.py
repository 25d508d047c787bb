"""`meldingskontroll release token` and `release serve`: the service that KS asks, and who may ask it."""

from __future__ import annotations

from typing import Annotated

import typer

from meldingskontroll.commands.options import REFUSED, Work

_DEFAULT_SCOPE = "deletion-release:read"


def add_to(app: typer.Typer) -> None:
    """Put the commands in the group `release`."""
    app.command()(token)
    app.command()(serve)


def token(
    work: Work,
    name: Annotated[str | None, typer.Option("--name", help="whom the token is for")] = None,
    scope: Annotated[str, typer.Option("--scope", help="what it opens; several with blanks between")] = _DEFAULT_SCOPE,
    days: Annotated[int, typer.Option("--days", help="how long it lasts")] = 365,
    revoke: Annotated[str | None, typer.Option("--revoke", help="take back every token of this name")] = None,
    as_list: Annotated[bool, typer.Option("--list", help="show who has tokens, until when")] = False,
) -> None:
    """Make a bearer token and print it once; only its hash is kept. Exit 3 where there was none to take back."""
    from meldingskontroll.domain import AuditInputError, Clock
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.service import tokens

    folder = WorkFolder(work)
    if sum([name is not None, revoke is not None, as_list]) != 1:
        raise AuditInputError("Oppgi én av --name, --revoke og --list.")
    try:
        if name is not None:
            # The token alone on stdout, so that it can be piped to where it belongs.
            typer.echo(tokens.issue(folder, name, scope, days, Clock.now().as_of))
            typer.echo("Nøkkelen vises bare nå. Bare avtrykket av den er lagret.", err=True)
        elif revoke is not None:
            gone = tokens.revoke(folder, revoke)
            typer.echo(f"{gone} {'nøkkel' if gone == 1 else 'nøkler'} trukket tilbake.", err=True)
            raise typer.Exit(0 if gone else REFUSED)
        else:
            for one in tokens.read(folder.tokens):
                typer.echo(f"{one.name}; {' '.join(one.scope)}; {one.created_utc}; {one.expires_utc}")
    except tokens.TokensUnreadableError:
        raise AuditInputError(
            "secrets/tokens.json kan ikke leses. Rett eller fjern filen, og lag nøklene på nytt."
        ) from None


def serve(
    work: Work,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)],
    host: Annotated[str, typer.Option("--host", help="the address to listen on")] = "127.0.0.1",
    at: Annotated[str | None, typer.Option("--at", help="let time stand still; for synthetic data only")] = None,
) -> None:
    """Serve the release service over one work folder, on loopback unless told otherwise."""
    from meldingskontroll.domain import Clock
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.service.serve import serve as run
    from meldingskontroll.settings import current

    typer.echo(f"http://{host}:{port}/deletion-release/", err=True)
    run(WorkFolder(work), current(), host, port, Clock.parse(at) if at else None)
