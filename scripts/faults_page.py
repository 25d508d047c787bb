"""Writes docs/faults.md: every fault that the tests inject, as their marks `fault(what, answer)` say it.

A test holds the page to the tests: run this after a mark was added or changed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "faults.md"
_OPENING = """# Faults that are injected, and what happens then

Each row is a test that makes the fault happen and looks at what is left. The page is made from the tests' own marks by
`scripts/faults_page.py`; a test holds it current. What is said of files holds for every one of them: a reader finds the
old content or the new, never a part (`files.written_aside`).
"""


def faults(source: str) -> Iterator[tuple[str, str, str]]:
    """What goes wrong, what happens then, and the test that shows it, in the order of the file."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) in {"fault", "pytest.mark.fault"}:
                    what, answer = (ast.literal_eval(argument) for argument in mark.args)
                    yield str(what), str(answer), node.name


def page() -> str:
    """The page's text."""
    lines = [_OPENING]
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        found = list(faults(file.read_text(encoding="utf-8")))
        if found:
            lines += [f"## `{file.relative_to(ROOT)}`\n", "| fault | what happens | test |", "|---|---|---|"]
            lines += [f"| {what} | {answer} | `{name}` |" for what, answer, name in found]
            lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")
