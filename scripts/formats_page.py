"""Writes docs/formats.md from the real intake; a test holds the page current."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll.intake.formats_table import markdown
from meldingskontroll.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
_OPENING = """# Former en logg kan ha

De samme to registreringene i hver form vi kjenner, lest av det samme programmet som leser innboksene. Tabellen er laget
av `scripts/formats_page.py`, og kommandoen `meldingskontroll formats` viser den samme. Ingen form må oppgis: alt som
står under «lest som» til og med «periode», er gjenkjent fra filen selv.

"""


def page() -> str:
    """The page as it should be."""
    return _OPENING + markdown(Settings())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
