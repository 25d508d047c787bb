"""The summary that the commands end with, read back from what was written."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from meldingskontroll.lake import WorkFolder

_ROWS = ("sent", "registered", "printed", "not_delivered", "in_transit", "lost", "unknown")


def read_summary(work: WorkFolder) -> dict[str, Any]:
    """The decision and the totals as `release.json` and `overview.json` have them."""
    release = json.loads((work.out / "release.json").read_text())
    overview = json.loads((work.overview / "overview.json").read_text())
    return {"release": release, "totals": overview["totals"]}


def print_summary(work: WorkFolder, *, short: bool = False, console: Console | None = None) -> None:
    """Print messages by outcome, verified of roster, the decision with its reasons, and where the results are."""
    console = console or Console(soft_wrap=True)
    found = read_summary(work)
    release, totals = found["release"], found["totals"]
    if not short:
        table = Table(title=f"Audit as of {release['as_of_utc']}")
        table.add_column("messages")
        table.add_column("count", justify="right")
        for name in _ROWS:
            bounds = f"  ({totals['lost_low']}–{totals['lost_high']})" if name == "lost" else ""
            table.add_row(name.replace("_", " "), f"{totals[name]}{bounds}")
        console.print(table)
        console.print(f"Verified: {release['verified']} of {release['roster_size']} roster entries")
        console.print(f"Overview: {work.overview / 'index.html'}")
        console.print(f"Decision: {work.out / 'release.json'}")
    console.print(f"{release['decision']}: {', '.join(release['global_reasons']) or 'no reason to hold'}")
