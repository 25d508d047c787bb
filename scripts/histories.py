"""Run histories of a release against the model, as many as asked for: `python scripts/histories.py 10000`.

The hypothesis machine is that of `tests/unit/test_release_histories.py`. Exit status 0: none came to what the contract
does not allow, and every one that was put in order could be released.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]
BATCH = 250


def batch(number: int, count: int) -> tuple[Counter[str], float]:
    """Run one batch. Returns what came of it by kind, and the seconds of processor time it took."""
    from hypothesis import seed

    from support.machine import a_bench, histories

    begun = time.process_time()
    with a_bench() as bench:
        histories(bench, count, decorate=seed(number), report_multiple_bugs=False)
        told = Counter(bench.told)
        told["kinds of evidence"] = len(bench.seen)
    return told, time.process_time() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    numbers = range(given.seed, given.seed + -(-given.count // BATCH))
    done: Counter[str] = Counter()
    seconds = 0.0
    with ProcessPoolExecutor(given.processes) as pool:
        for told, took in pool.map(batch, numbers, [min(BATCH, given.count)] * len(numbers)):
            most = max(done["kinds of evidence"], told.pop("kinds of evidence"))
            done += told
            done["kinds of evidence"] = most
            seconds += took
            print(f"{done['settled']} histories, {seconds:.0f} s of processor time: {dict(done)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
