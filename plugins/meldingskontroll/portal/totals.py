"""The portal's own counts of a period beside the rows that it listed: by kind to the unit, by channel within bounds.

By channel the counts are of what was delivered. Whether that means acknowledged or sent that way is documented nowhere
(`antallLevert…`), so that a channel's count must lie between the two; one beyond is a message that is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from meldingskontroll.portal.errors import PortalIncomplete

Row = dict[str, Any]
_BY_KIND: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "antallPrivateBekymringsmeldingerGittPeriode": ("skjemaType", lambda row: row.get("skjemaType") == "PRIVAT"),
    "antallOffentligBekymringsmeldingerGittPeriode": ("skjemaType", lambda row: row.get("skjemaType") == "OFFENTLIG"),
    "antallFraFagsystemGittPeriode": ("fraFagsystem", lambda row: row.get("fraFagsystem") is True),
}
_BY_CHANNEL = {
    "antallLevertFiksIOGittPeriode": "FIKS_IO",
    "antallLevertManuellMottakGittPeriode": "MANUELL_MOTTAK",
    "antallLevertSvarinnGittPeriode": "SVARINN",
    "antallLevertPrintGittPeriode": "PRINT",
}


def compare(rows: Sequence[Row], counts: dict[str, int]) -> None:
    """Hold the rows of a period against the portal's counts of it.

    Version 1 of the API has neither kind nor sending system in its rows; those counts then say nothing of them.

    Raises:
        PortalIncomplete: a count that is needed is lacking, or differs from what is listed.
    """
    for name, (column, counts_row) in _BY_KIND.items():
        if name not in counts:
            raise PortalIncomplete(f"The portal's statistics of the period lack {name}, so its log cannot be checked.")
        listed = sum(1 for row in rows if counts_row(row))
        if listed != counts[name] and (not rows or any(column in row for row in rows)):
            raise _differs(name, counts[name], str(listed))
    for name, channel in _BY_CHANNEL.items():
        sent = [row for row in rows if row.get("kanal") == channel]
        answered = sum(1 for row in sent if row.get("bekreftet"))
        if name in counts and not answered <= counts[name] <= len(sent):
            raise _differs(name, counts[name], f"{len(sent)}, of which {answered} acknowledged")


def _differs(name: str, counted: int, listed: str) -> PortalIncomplete:
    return PortalIncomplete(f"The portal's statistics say {name} {counted}, and its log lists {listed}: tell KS.")
