"""Run histories of a release against the model, as many as asked for: `python scripts/histories.py 10000`.

The hypothesis machine is that of `tests/unit/test_release_histories.py`; `docs/safety.md` says what it knows. Batches
have seeds of their own, one after the other from `--seed`, so that no two are the same and each can be run again alone.
What came of each is kept in `--kept`, and a run that was stopped goes on where it was. Exit status 0: none came to what
the contract does not allow, and every one that was put in order could be released.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]
BATCH = 100
GROUPS = {
    "steps taken": "step: ",
    "killed before": "killed before ",
    "lapsed by": "lapsed by ",
    "files put back by hand": "put back: ",
    "published files altered by hand": "altered: ",
    "the ledger changed by hand": "ledger: ",
}
MUST_HAVE = (
    *("settled", "killed", "approvals", "lapses of a release", "releases that rest on an override"),
    *("runs that came to RELEASE", "answers of the service: RELEASE", "certificates verified", "statements brought"),
)
"""What a run in which something happened has some of: without one of these it shows nothing."""


@cache
def _bench() -> tuple[Any, contextlib.ExitStack]:
    """This process's bench: what one batch had computed, the next need not."""
    from support.machine import a_bench

    stack = contextlib.ExitStack()
    return stack.enter_context(a_bench()), stack


def batch(number: int, count: int, steps: int) -> dict[str, Any]:
    """Run one batch. Returns what came of it by kind, the processor time it took, and the failure if any."""
    from hypothesis import Phase, seed

    from support.machine import histories

    begun, (bench, _) = time.process_time(), _bench()
    bench.told.clear()
    failure = None
    try:
        histories(bench, count, steps, decorate=seed(number), report_multiple_bugs=False, phases=[Phase.generate])
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is told, and the other batches run
        failure = "".join(traceback.format_exception(problem)[-16:])
    seconds = round(time.process_time() - begun, 2)
    told = {"batch": number, "steps": steps, "seconds": seconds, "evidence": len(bench.seen), "failure": failure}
    return told | {"told": dict(bench.told)}


def kept_of(file: Path, steps: int) -> list[dict[str, Any]]:
    """The batches that an earlier run of as long histories came through."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [kept for kept in map(json.loads, lines) if kept["steps"] == steps]


def run(numbers: list[int], processes: int, count: int, steps: int) -> Iterator[dict[str, Any]]:
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(batch, numbers, [count] * len(numbers), [steps] * len(numbers))


def summary(done: list[dict[str, Any]], elapsed: float) -> list[str]:
    """What came of all batches, by kind; what a run must have some of stands first."""
    told: Counter[str] = Counter()
    for one in done:
        told.update(one["told"])
    lines = [f"{name}: {told[name]}" for name in (*MUST_HAVE, "histories", "runs that came to HOLD")]
    lines += [f"kinds of evidence: {max((one['evidence'] for one in done), default=0)} in one process"]
    for title, prefix in GROUPS.items():
        found = {name.removeprefix(prefix): number for name, number in told.items() if name.startswith(prefix)}
        lines += [f"{title}: {sum(found.values())}"]
        lines += [f"  {number:>8} {name}" for name, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]
    lines += [f"processor time: {sum(one['seconds'] for one in done):.0f} s; elapsed in this run: {elapsed:.0f} s"]
    return [*lines, f"violations: {sum(one['failure'] is not None for one in done)}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=12, help="of each history, at most")
    parser.add_argument("--kept", type=Path, default=ROOT / "var" / "histories.jsonl")
    given = parser.parse_args()
    size = min(BATCH, given.count)
    numbers = list(range(given.seed, given.seed + -(-given.count // size)))
    done = [one for one in kept_of(given.kept, given.steps) if one["batch"] in numbers]
    left = [number for number in numbers if number not in {one["batch"] for one in done}]
    given.kept.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with given.kept.open("a", encoding="utf-8") as kept:
        for one in run(left, given.processes, size, given.steps):
            done.append(one)
            kept.write(json.dumps(one, ensure_ascii=False) + "\n")
            kept.flush()
            settled = sum(each["told"].get("settled", 0) for each in done)
            print(f"batch {one['batch']}: {settled} histories so far, {one['seconds']} s of processor time", flush=True)
            if one["failure"]:
                print(one["failure"], flush=True)
    print("\n".join(summary(done, time.monotonic() - begun)))
    empty = [name for name in MUST_HAVE if not sum(one["told"].get(name, 0) for one in done)]
    if empty:
        print(f"Nothing is shown: there were no {', '.join(empty)}.")
    return int(bool(empty) or any(one["failure"] for one in done))


if __name__ == "__main__":
    sys.exit(main())
