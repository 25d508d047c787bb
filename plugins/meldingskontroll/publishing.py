"""Publishes a run's results together: they are made in `out/.next` and moved to `out/` when the last of them stands.

A run that is killed before that leaves the earlier results whole. One that is killed while moving has already said
what it moves (`READY`); whoever comes next completes it, the decision last and its certificate just before, so that it
never speaks of results that are not there. A RELEASE that no longer stands is not left until then: `revoke` replaces it
as soon as the run has decided.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from meldingskontroll.lake import WorkFolder, exchange_folders, write_bytes, write_json

_READY = "READY"
_CERTIFICATE = "release.jws"
_LAST = ("release.json", _CERTIFICATE)


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
    found = sorted(path.name for path in staged.out.iterdir())
    if staged.decision.name not in found:
        raise FileNotFoundError("there is no decision among the results to publish")
    names = sorted(found, key=lambda name: [name == last for last in _LAST])
    write_json(staged.out / _READY, names)
    complete(work)


def withdraw(work: WorkFolder) -> None:
    """Take the published certificate away, before anything else is done; that needs no room on a disk."""
    WorkFolder(work.root).certificate.unlink(missing_ok=True)


def revoke(work: WorkFolder) -> None:
    """Put a staged HOLD, and the clearance that goes with it, in the place of a published RELEASE at once.

    Where it cannot be written the RELEASE is removed all the same: no decision is no leave to delete.
    """
    published = WorkFolder(work.root)
    if not work.staged or not may_say_release(work):
        return
    withdraw(work)
    try:
        write_bytes(published.decision, work.decision.read_bytes())
    except OSError:
        published.decision.unlink(missing_ok=True)
        raise
    write_bytes(published.clearance, work.clearance.read_bytes())


def folders_to_hold(work: WorkFolder) -> tuple[WorkFolder, ...]:
    """Where a decision is published, or ready to be: what must be held is held in both."""
    staged = work.staging()
    return (WorkFolder(work.root), *([staged] if (staged.out / _READY).is_file() else []))


def may_say_release(work: WorkFolder) -> bool:
    """Whether a decision is published, or ready to be, that is not plainly a HOLD."""
    return any(_is_no_hold(folder.decision) for folder in folders_to_hold(work))


def _is_no_hold(decision: Path) -> bool:
    if not decision.exists():
        return False
    try:
        return bool(json.loads(decision.read_text(encoding="utf-8"))["decision"] != "HOLD")
    except (OSError, ValueError, KeyError, TypeError):
        return True


def complete(work: WorkFolder) -> None:
    """Finish a publication that was said to be ready, if there is one."""
    staged = work.staging()
    ready = staged.out / _READY
    if not ready.is_file():
        return
    names = json.loads(ready.read_text())
    if _CERTIFICATE not in names:
        withdraw(work)
    for name in names:
        source, target = staged.out / name, work.out / name
        if source.is_dir():
            exchange_folders(source, target)
        elif source.exists():
            source.replace(target)
    shutil.rmtree(staged.out, ignore_errors=True)
