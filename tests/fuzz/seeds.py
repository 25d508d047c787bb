"""Writes the fuzzer's first corpus: the samples of every form that a log comes in, each behind its choosing byte."""

from __future__ import annotations

import sys
from pathlib import Path

from meldingskontroll.intake.samples import samples

ENDINGS = {".csv": 0, ".txt": 1, ".log": 1, ".xlsx": 2, ".json": 3}
_MANIFEST = 64


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples()):
        choice = bytes([ENDINGS[Path(sample.file_name).suffix.lower()]])
        (folder / f"seed-{number}").write_bytes(choice + sample.content)
        if sample.manifest is not None:
            (folder / f"seed-{number}-manifest").write_bytes(bytes([_MANIFEST]) + sample.manifest)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
