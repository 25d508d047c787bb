"""Keeps each part's figures in a file of its own and composes RESULTS.md of them, so that one can be measured again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE / "RESULTS.md"
_VERSIONS = ("duckdb", "pyarrow", "great-expectations", "apache-airflow")
_HEAD = """# Results

Composed by `make bench` from `benchmarks/results/`, a file a part. Machines differ and are noisy: what is compared was
measured in turns in the same run, the figure is the median, and the ratios say more than the seconds. Nothing is timed
in the tests; they show that all methods give the same answer.
"""


@dataclass(frozen=True)
class Section:
    """What one part found: rows of text, all with the same columns, and what a reader must know of them."""

    part: str
    title: str
    rows: Sequence[dict[str, str]]
    note: str
    measured: str
    machine: str


def machine() -> str:
    """The machine, the versions and how busy it was, in one sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {versions}; "
        f"load average {os.getloadavg()[1]:.1f} over the last five minutes"
    )


def section(part: str, title: str, rows: Sequence[dict[str, str]], note: str) -> Section:
    """A section measured now.

    Raises:
        ValueError: there are no rows, or they differ in columns; an empty table would pass for a measured one.
    """
    if not rows or any(list(row) != list(rows[0]) for row in rows):
        raise ValueError(f"the part {part} gave no table")
    return Section(part, title, rows, note.strip(), f"{datetime.now(UTC):%Y-%m-%d}", machine())


def keep(found: Section, folder: Path = RESULTS) -> None:
    """Write a section to its own file."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n"
    (folder / f"{found.part}.json").write_text(text, encoding="utf-8")


def kept(part: str, folder: Path = RESULTS) -> Section | None:
    """A section as it was last measured, or None if it never was."""
    file = folder / f"{part}.json"
    if not file.is_file():
        return None
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Section(**read)


def page(parts: Sequence[str], folder: Path = RESULTS) -> str:
    """The whole of RESULTS.md; a part that was never measured says so."""
    found = [(part, kept(part, folder)) for part in parts]
    return "\n".join([_HEAD, *(text(part, one) for part, one in found)])


def text(part: str, found: Section | None) -> str:
    """A part's place in RESULTS.md."""
    if found is None:
        return f"## {part}\n\nNot measured yet: `python -m benchmarks {part}`.\n"
    told = f"`python -m benchmarks {part}`, {found.measured}: {found.machine}.\n"
    return f"## {found.title}\n\n{table(found.rows)}\n{found.note}\n\n{told}"


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows of text as a Markdown table."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([row[name] for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
