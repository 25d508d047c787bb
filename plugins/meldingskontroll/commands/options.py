"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meldingskontroll.domain import Clock

REFUSED = 3
Work = Annotated[Path, typer.Option("--work", help="the work folder")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="the moment to audit at, ISO 8601; now if not given")]


def clock_at(as_of: str | None) -> Clock:
    """The clock that `--as-of` names, or the machine's."""
    return Clock.parse(as_of) if as_of else Clock.now()
