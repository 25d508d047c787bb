"""The table of forms × what was recognised: the real intake over one file of each form (`samples.py`)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from meldingskontroll.intake import told
from meldingskontroll.intake.check import examined
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.intake.samples import MUNICIPALITY, Sample, samples
from meldingskontroll.lake import MANIFEST_SUFFIX, write_bytes
from meldingskontroll.settings import Settings

COLUMNS = ("form", "fil", "lest som", "kolonner", "tidspunkter", "periode", "rader", "svar")
_STATUS = {"accepted": "mottatt", "accepted_with_warnings": "med merknader", "rejected": "avvist"}


def rows(settings: Settings) -> list[tuple[str, ...]]:
    """One row a form, its cells as in `COLUMNS`."""
    with tempfile.TemporaryDirectory(prefix="formats.") as folder:
        return [_row(sample, _read(Path(folder) / str(at), sample, settings)) for at, sample in enumerate(samples())]


def _read(folder: Path, sample: Sample, settings: Settings) -> Outcome:
    file = folder / sample.file_name
    write_bytes(file, sample.content)
    if sample.manifest is not None:
        write_bytes(folder / f"{sample.file_name}{MANIFEST_SUFFIX}", sample.manifest)
    return examined(file, MUNICIPALITY, settings)


def _row(sample: Sample, outcome: Outcome) -> tuple[str, ...]:
    columns = told.columns_read_as(outcome.reading)
    renamed = [f"«{own}» = {name}" for name, own in columns if name != own]
    period = "ikke oppgitt"
    if outcome.period_from is not None:
        begin, end = (told.written_us(us).split(" kl.")[0] for us in (outcome.period_from, outcome.period_to))
        period = f"{begin}–{end}"
    return (
        sample.name,
        sample.file_name,
        told.read_as(outcome.format, outcome.reading),
        ", ".join(renamed) or "som i malen",
        told.times_read_as(outcome.reading),
        period,
        f"{outcome.rows_accepted} av {outcome.rows_read}",
        " ".join([_STATUS[outcome.status], *(f"`{entry.code}`" for entry in outcome.messages)]),
    )


def markdown(settings: Settings) -> str:
    """The table as Markdown."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows(settings)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
