"""Fuzzes the intake's parsers with atheris: whatever the bytes, a file is accepted or refused, and nothing is raised.

Run by `scripts/fuzz.sh`, with a corpus folder and libFuzzer's options. The first byte chooses the file's ending and
whether the bytes are the log or the manifest beside one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["meldingskontroll.intake"]):
    from meldingskontroll.intake import document, source
    from meldingskontroll.intake.examine import examine
    from meldingskontroll.intake.formats import blocks
    from meldingskontroll.intake.outcome import receipt_of
    from meldingskontroll.intake.scope import Folder

# Small pieces, so that small inputs reach the reading by columns and the seams between pieces.
document._PIECE = 512
blocks._TOO_SHORT_TO_STAND_ALONE = 0
blocks._READ_BY_ROW_AT_THE_END = 2
FOLDER = Folder("4601", "4601", frozenset({"4601"}))
NAMES = ("logg.csv", "logg.txt", "logg.xlsx", "logg.json")
LOG = b"# periode_fra: 2022-01-01\n# periode_til: 2022-02-01\nmottatt;type\n2022-01-03 10:00;brev\n"


def examine_one(data: bytes) -> None:
    choice, rest = (data[0], data[1:]) if data else (0, b"")
    name = NAMES[choice % len(NAMES)]
    log, manifest = (LOG, rest) if choice & 64 else (rest, None)
    found = examine(FOLDER, source.Item(Path(name), name, 0, True), source.Content(log, "0" * 64), manifest)
    receipt = receipt_of(found.outcome)
    json.dumps(receipt, ensure_ascii=False).encode()
    rows = sum(table.num_rows for table in found.registrations.tables()) if found.registrations else 0
    if rows != receipt["rows_accepted"]:
        raise AssertionError("the rows are not those that the receipt counts")


if __name__ == "__main__":
    atheris.Setup(sys.argv, examine_one)
    atheris.Fuzz()
