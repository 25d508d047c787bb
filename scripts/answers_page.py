"""Writes docs/svarkoder.md from the catalogue of messages; a test holds the page current."""

from __future__ import annotations

import re
from pathlib import Path

from meldingskontroll.intake.messages import catalogue
from meldingskontroll.intake.told import SEVERITY

PAGE = Path(__file__).resolve().parents[1] / "docs" / "svarkoder.md"
_OPENING = """# Alle svar, kode for kode

Hva en kvittering kan si, og hva dere gjør. «…» er et sted der kvitteringen setter inn noe fra deres fil: kolonnenavn,
tall eller tidspunkt. «Feil» uten radnummer betyr at hele filen er avvist. Siden er laget av `scripts/answers_page.py`.

| kode | slag | hva kvitteringen sier |
|---|---|---|
"""


def page() -> str:
    """The page as it should be."""
    lines = []
    for code, entry in catalogue().items():
        text = re.sub(r"[«]?\{\w+\}[»]?", "«…»", entry["text"]).replace("|", "\\|")
        lines.append(f"| `{code}` | {SEVERITY[entry['severity']]} | {text} |\n")
    return _OPENING + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
