"""Change the Python of the verification and the release in small ways with mutmut, and see that a test falls for each.

`python scripts/mutation_python.py --module release/jose` prints counts, and each survivor with its change. A module's
nearest tests are run first; what survives them is tried again with further ones. Only a copy of the files is changed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HISTORY = ["unit/test_release_history.py", "unit/test_release_ledger.py", "unit/test_release_statement.py"]
DECIDE = ["unit/test_release_decide.py", "unit/test_overrides.py"]
SERVICE = ["integration/test_release_service.py", "integration/test_release_service_attacks.py"]
MASKINPORTEN = ["unit/test_release_service_maskinporten.py", "unit/test_release_service_maskinporten_keys.py"]
TESTS: dict[str, tuple[list[str], list[str]]] = {
    "release/jose": (["unit/test_release_jose.py", "unit/test_release_keys.py"], HISTORY),
    "release/approvals": (["unit/test_release_approvals.py", "unit/test_release_verify.py"], HISTORY),
    "release/approvers": (["unit/test_release_approvers.py"], HISTORY),
    "release/approve": (["unit/test_release_approvals.py"], HISTORY),
    "release/decision": (["unit/test_release_decision.py", "unit/test_release_decision_said.py"], HISTORY + DECIDE),
    "release/verify": (["unit/test_release_verify.py"], DECIDE[1:]),
    "release/statement": (["unit/test_release_statement.py"], DECIDE[1:]),
    "release/service_key": (["unit/test_release_keys.py"], HISTORY),
    "release/ledger": (["unit/test_release_ledger_alone.py", "unit/test_release_ledger_end.py"], HISTORY),
    "release/ledger_check": (["unit/test_release_ledger_check.py"], HISTORY),
    "release/renewal": (["unit/test_release_renewal.py"], HISTORY),
    "release/record": (["unit/test_release_record.py"], HISTORY),
    "release/overrides": (["unit/test_overrides.py"], []),
    "release/control": (["unit/test_daily_control.py"], []),
    "release/decide": (["unit/test_release_decide_parts.py"], DECIDE),
    "release/service/tokens": (["unit/test_release_service_tokens.py"], SERVICE),
    "release/service/clearances": (["unit/test_release_service_clearances.py"], SERVICE),
    "release/service/maskinporten": (MASKINPORTEN, SERVICE),
    "release/service/snapshot": (
        ["unit/test_release_service_snapshot.py", "unit/test_release_service_reader.py"],
        SERVICE,
    ),
    "release/service/reader": (["unit/test_release_service_reader.py"], SERVICE),
    "release/service/access": (["unit/test_release_service_access.py"], SERVICE),
    "release/service/guard": (["unit/test_release_service_guard.py", "unit/test_release_service_bodies.py"], SERVICE),
    "verification/overrides": (["unit/test_verification_overrides.py"], ["unit/test_overrides.py"]),
    "verification/publish": (["unit/test_verification_written.py"], ["unit/test_verification_publish.py"]),
    "verification/run": (
        ["unit/test_verification_run.py"],
        ["unit/test_verification_publish.py", "unit/test_requirements_alone.py", "unit/test_overrides.py"],
    ),
}
"""Each module with its nearest tests and, for what survives them, further ones."""
FATES = {0: "survived", 1: "killed", 3: "killed", 5: "untested", 33: "untested", None: "not tried"}
"""mutmut's exit codes; every other is a change that ran too long or brought the process down."""


def stage(folder: Path) -> None:
    """Copy what git knows, with the library under `src/`: mutmut derives a module's name from its path there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, folder / re.sub(r"^plugins/(?=meldingskontroll/)", "src/", name)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    # An import path that does not exist when Python starts is not looked at again.
    (folder / "mutants" / "src").mkdir(parents=True)


def configure(folder: Path, module: str, tests: Iterable[str]) -> None:
    """Name the one module and its tests in the copy's configuration; what was learnt of other tests is forgotten."""
    given = {
        "only_mutate": [f"src/meldingskontroll/{module}.py"],
        "pytest_add_cli_args_test_selection": [f"tests/{test}" for test in dict.fromkeys(tests)],
    }
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in given.items())
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text.replace("[tool.mutmut]", f"[tool.mutmut]\n{lines}"), encoding="utf-8")
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)


def run(folder: Path, names: Sequence[str]) -> None:
    """Try some mutants with the tests that are configured."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "mutants" / "src")}
    command = [sys.executable, str(Path(__file__).resolve()), "--inside", *names]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(re.sub(r"[^\n]*\r", "", done.stdout)[-3000:] + done.stderr[-3000:])


def fates(folder: Path, module: str) -> dict[str, str]:
    """What became of each mutant of a module."""
    found = json.loads((folder / "mutants" / "src" / "meldingskontroll" / f"{module}.py.meta").read_text())
    return {name: FATES.get(code, "too long") for name, code in found["exit_code_by_key"].items()}


def changes_of(folder: Path, names: Sequence[str]) -> str:
    """Each mutant's fate and name, and the lines that it changes with `-` and `+` before them."""
    command = [sys.executable, str(Path(__file__).resolve()), "--show", *names]
    shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in shown.splitlines() if re.match(r"# |[-+](?![-+]{2} )", line))


def try_module(folder: Path, module: str, further: bool, again: str) -> None:
    near, far = TESTS[module]
    dotted = f"meldingskontroll.{module.replace('/', '.')}"
    configure(folder, module, near)
    named = re.findall(rf"^# ({re.escape(dotted)}\.\S+__mutmut_\d+):", again, re.MULTILINE)
    names = named or [f"{dotted}.*"]
    run(folder, names)
    found = fates(folder, module)
    if named:
        found = {name: fate for name, fate in found.items() if name in set(named)}
    left = [name for name, fate in found.items() if fate in {"survived", "untested"}]
    if further and far and left:
        configure(folder, module, [*near, *far])
        run(folder, left)
        found |= {name: fate for name, fate in fates(folder, module).items() if name in set(left)}
    print(f"{module}: {dict(Counter(found.values()))}", flush=True)
    left = [name for name, fate in found.items() if fate != "killed"]
    if left:
        print(changes_of(folder, left), flush=True)


def adapt() -> None:
    """Leave out of mutmut's changes those of letters' case, of sentences that people read, and of errors' arguments.

    An error's code is changed all the same, since it is a string.
    """
    import libcst
    from mutmut.mutation import mutators

    def strings(node: libcst.BaseString) -> Iterable[libcst.BaseString]:
        is_sentence = isinstance(node, libcst.SimpleString) and re.match(r".?[\"'][ A-ZÆØÅ].*\s", node.value)
        return [] if is_sentence else list(mutators.operator_string(node))[:1]

    def arguments(node: libcst.Call) -> Iterable[libcst.Call]:
        is_error = isinstance(node.func, libcst.Name) and node.func.value.endswith("Error")
        return [] if is_error else mutators.operator_arg_removal(node)

    instead = {mutators.operator_string: strings, mutators.operator_arg_removal: arguments}
    adapted = [(kind, instead.get(change, change)) for kind, change in mutators.mutation_operators]
    mutators.mutation_operators[:] = adapted  # type: ignore[index]


def inside(names: Sequence[str], *, show: bool) -> None:
    """mutmut itself, on the copy that is the current folder."""
    from mutmut.__main__ import cli

    adapt()
    if not show:
        cli(["run", "--max-children", "1", *names])
    for name in names:
        cli(["show", name], standalone_mode=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", action="append", choices=TESTS, help="all, if none is named")
    parser.add_argument("--nearest", action="store_true", help="the nearest tests only")
    parser.add_argument("--again", type=Path, help="what this script printed: the mutants named in it, no others")
    parser.add_argument("--inside", nargs="+", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--show", nargs="+", default=[], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside or given.show:
        inside([*given.inside, *given.show], show=bool(given.show))
        return 0
    for module in given.module or TESTS:
        with tempfile.TemporaryDirectory() as folder:
            stage(Path(folder))
            try_module(Path(folder), module, not given.nearest, given.again.read_text() if given.again else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
