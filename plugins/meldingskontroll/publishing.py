"""Publishes a run's results together: they are made in `out/.next` and moved to `out/` when the last of them stands.

A run that is killed before that leaves the earlier results whole. One that is killed while moving has already said
what it moves (`READY`); whoever comes next completes it, the decision last, so that it never speaks of results that are
not there.
"""

from __future__ import annotations

import json
import shutil

from meldingskontroll.lake import WorkFolder, exchange_folders, write_json

_READY = "READY"
_LAST = ("release.json", "release.jws")


def begin(work: WorkFolder) -> WorkFolder:
    """Complete what an earlier run had ready, clear away what it had not, and give the folder to make results in."""
    complete(work)
    staged = work.staging()
    shutil.rmtree(staged.out, ignore_errors=True)
    staged.out.mkdir(parents=True, exist_ok=True)
    return staged


def publish(work: WorkFolder) -> None:
    """Move the staged results to `out/`.

    Raises:
        FileNotFoundError: nothing, or no decision, is staged; publishing nothing would pass for having published.
    """
    staged = work.staging()
    names = sorted((path.name for path in staged.out.iterdir()), key=lambda name: (name in _LAST, name))
    if staged.decision.name not in names:
        raise FileNotFoundError("there is no decision among the results to publish")
    write_json(staged.out / _READY, names)
    complete(work)


def complete(work: WorkFolder) -> None:
    """Finish a publication that was said to be ready, if there is one."""
    staged = work.staging()
    ready = staged.out / _READY
    if not ready.is_file():
        return
    for name in json.loads(ready.read_text()):
        source, target = staged.out / name, work.out / name
        if source.is_dir():
            exchange_folders(source, target)
        elif source.exists():
            source.replace(target)
    shutil.rmtree(staged.out, ignore_errors=True)
