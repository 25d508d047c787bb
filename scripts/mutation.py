"""Change the rules' SQL in every small way that may matter, one at a time, and see that a test falls for each.

`python scripts/mutation.py` prints a line a mutant: `killed`, `survived` or `invalid` (DuckDB refuses it).
Only copies are changed. `--room`, `--file` and `--minutes` limit what is tried; the order is the same in every run.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from meldingskontroll import sql

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("release", "renewal", "verification")
CHANGES: tuple[tuple[str, str, str], ...] = (
    ("a branch dropped", r"\bWHEN\b(?:(?!\bWHEN\b|\bELSE\b|\bEND\b)[\s\S])+?\bTHEN\b\s+(?:'[^']*'|NULL)\s", " "),
    ("AND for OR", r"\bOR\b(?! REPLACE)", "AND"),
    ("OR for AND", r"(?<!BETWEEN a\.lost_low )(?<!BETWEEN a\.own_low )\bAND\b", "OR"),
    ("a filter dropped", r" FILTER \((?:[^()]|\([^()]*\))*\)", ""),
    ("a condition dropped", r"\n\s*WHERE [^\n]*(?=\n|;)", "\n"),
    ("an inner join", r"\bLEFT JOIN\b", "JOIN"),
    (">= for >", r"(?<![<>=])>(?!=)", ">="),
    ("> for >=", r">=", ">"),
    ("<= for <", r"(?<!<)<(?![=>])", "<="),
    ("all for any", r"\bbool_or\(", "bool_and("),
    ("any for all", r"\bbool_and\(", "bool_or("),
    ("last for first", r"\bmin\(", "max("),
    ("first for last", r"\bmax\(", "min("),
    ("TRUE for FALSE", r"\bFALSE\b", "TRUE"),
    ("FALSE for TRUE", r"(?<!ON )\bTRUE\b", "FALSE"),
    ("the same for another", r"\bIS DISTINCT FROM\b", "IS NOT DISTINCT FROM"),
    ("not turned round", r"\bNOT (?!NULL|EXISTS|DISTINCT)", ""),
    ("delete for keep", r"'keep'", "'delete'"),
)


def mutants(text: str) -> Iterator[tuple[str, int, str]]:
    """Every change of a statement: what it is, on which line, and the text with it."""
    for name, pattern, replacement in CHANGES:
        for found in re.finditer(pattern, text):
            start = text.rfind("\n", 0, found.start()) + 1
            if "--" in text[start : found.start()] or text[start:].startswith("--"):
                continue
            changed = text[: found.start()] + replacement + text[found.end() :]
            yield name, text.count("\n", 0, found.start()) + 1, changed


def tests_of(file: Path) -> list[list[str]]:
    """The tests to try, the nearest first: its own, then what joins it to the others."""
    name = re.sub(r"^[0-9]+_", "", file.stem)
    own = ROOT / "tests" / "sql" / file.parent.name / f"test_{name}.py"
    further = {
        "verification": ["sql/verification", "unit/test_requirements_alone.py"],
        "release": ["sql/release", "unit/test_release_decide.py", "unit/test_requirements_alone.py"],
        "renewal": ["sql/renewal"],
    }[file.parent.name]
    return [[str(own)], [str(ROOT / "tests" / place) for place in further]]


def is_killed(file: Path, sets: list[list[str]]) -> bool:
    for places in sets:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            status = pytest.main(["-x", "-q", "--no-header", "-p", "no:randomly", *places])
        if status == pytest.ExitCode.TESTS_FAILED:
            return True
        if status != pytest.ExitCode.OK:
            raise RuntimeError(f"the tests of {file.name} do not run: {status}")
    return False


def is_valid(text: str) -> bool:
    try:
        return len(duckdb.extract_statements(text)) == 1
    except duckdb.Error:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", choices=ROOMS)
    parser.add_argument("--file", default="")
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--nearest", action="store_true", help="the tests of the same name only")
    given = parser.parse_args()
    until, counts = time.monotonic() + given.minutes * 60, Counter[str]()
    whole = sql.sql_root()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sql"
        shutil.copytree(whole, copy)
        # What stands beside the SQL is found beside the copy as well.
        (Path(folder) / "expectations").symlink_to(whole.parent / "expectations")
        sql.sql_root = lambda: copy  # type: ignore[assignment]
        for room in (given.room,) if given.room else ROOMS:
            unchanged: list[list[str]] = []
            for file in sorted((copy / room).glob("*.sql")):
                if given.file not in file.name:
                    continue
                text, sets = file.read_text(), tests_of(file)[: 1 if given.nearest else None]
                if is_killed(file, [places for places in sets if places not in unchanged]):
                    raise RuntimeError(f"the tests of {file.name} fail without any change")
                unchanged += sets
                for name, line, changed in mutants(text):
                    if time.monotonic() > until:
                        print(f"time is up: {dict(counts)}")
                        return 0
                    file.write_text(changed)
                    fate = "invalid" if not is_valid(changed) else "killed" if is_killed(file, sets) else "survived"
                    file.write_text(text)
                    counts[fate] += 1
                    print(f"{fate:9} {room}/{file.name}:{line} {name}", flush=True)
    print(dict(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
