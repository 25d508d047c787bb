"""Walks the whole story in one process: the same steps, in the same order, that the DAGs run a task each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from meldingskontroll.domain import AuditInputError, Clock, iso_utc
from meldingskontroll.lake import WorkFolder, locked
from meldingskontroll.quality.process import start_worker
from meldingskontroll.settings import Settings, current

Step = Callable[[WorkFolder, Clock, Settings], Any]
Progress = Callable[[str], None]


def _step(module: str, function: str, *, result: bool = False) -> Step:
    """A step that imports its room only when it runs, so that a task pays for no other room.

    A step that writes results for outsiders (`result`) makes them in the staging folder; `publish` moves them together.
    """

    def run(work: WorkFolder, clock: Clock, settings: Settings) -> Any:
        folder = work.staging() if result else work
        return getattr(import_module(f"meldingskontroll.{module}"), function)(folder, clock, settings)

    return run


def _inputs(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    from meldingskontroll.release import decide

    if settings.drop_url:
        # Before the inputs are noted: what arrives during the run is the next run's.
        from meldingskontroll.intake import drop_folder

        drop_folder.fetch(work, settings)
    decide.note_inputs(work, clock, settings)


def _intake(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    from meldingskontroll.intake import collect

    collect.collect(work, clock, settings)
    collect.compile_intake(work)


def _receipts(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    from meldingskontroll.intake import receipts

    receipts.finish_receipts(work, clock, settings)
    if settings.drop_url:
        from meldingskontroll.intake import drop_folder

        drop_folder.send_receipts(work, settings)


def _stage(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    from meldingskontroll import publishing

    publishing.begin(work)


def _publish(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    from meldingskontroll import publishing

    publishing.publish(work)


STEPS: dict[str, Step] = {
    "inputs": _inputs,
    "portal": _step("portal.extract_import", "import_extract"),
    "roster": _step("roster.compile", "compile_roster"),
    "intake": _intake,
    "survey": _step("survey.read", "read_survey"),
    "stage": _stage,
    "reconcile": _step("reconcile.buckets", "reconcile"),
    "verification": _step("verification.run", "verify", result=True),
    "receipts": _receipts,
    "drill": _step("quality.drill", "run_drill"),
    "quality": _step("quality.run", "check_quality", result=True),
    "decision": _step("release.decide", "decide", result=True),
    "overview": _step("overview.build", "build", result=True),
    "publish": _publish,
}


# The checker takes seconds to import: it does so beside the work, once the input is known to be auditable.
_CHECKER_STARTS_AT = "intake"


def audit(
    work: WorkFolder,
    clock: Clock,
    settings: Settings | None = None,
    progress: Progress | None = None,
    decide: Step | None = None,
) -> None:
    """Run the audit on one work folder and leave every result in `out/`.

    Two runs on one folder wait for each other. `decide` takes the place of the step that decides.

    Raises:
        AuditInputError: the input cannot be audited; earlier results stay as they were, but a release is taken back.
        Exception: a fault of ours; a release is held until a run has come through.
    """
    settings = settings or current()
    if not work.root.is_dir():
        raise AuditInputError(f"The work folder {work.root} does not exist: name a folder that keeps the contract.")
    with locked(work.lock("run")), held_unless_it_ends(work, clock, settings):
        for name, step in STEPS.items():
            if progress:
                progress(name)
            if name == _CHECKER_STARTS_AT:
                start_worker()
            (decide if decide and name == "decision" else step)(work, clock, settings)


def run_step(name: str, work: WorkFolder, clock: Clock, settings: Settings, *, alone: bool = False) -> None:
    """Run one step of an audit whose steps are processes of their own, or a step `alone`, in no audit.

    Raises:
        KeyError: no step has this name.
        AuditInputError: the input cannot be audited, or another run has begun on the folder since this one did.
    """
    step = STEPS[name]
    begins = alone or name == next(iter(STEPS))
    judged = contextlib.nullcontext() if alone else held_unless_it_ends(work, clock, settings)
    with in_run(work, clock, begins=begins), judged:
        step(work, clock, settings)


@contextlib.contextmanager
def held_unless_it_ends(work: WorkFolder, clock: Clock, settings: Settings) -> Iterator[None]:
    """Let no release stand on what could not be judged anew, for whatever reason; the error goes on to who asked."""
    try:
        yield
    except Exception as problem:
        from meldingskontroll.release.decide import hold_unaudited

        if hold_unaudited(work, clock, settings, fault=not isinstance(problem, AuditInputError)):
            problem.add_note("Deletion was released, and is held now.")
        raise


@contextlib.contextmanager
def in_run(work: WorkFolder, clock: Clock, *, begins: bool = False) -> Iterator[None]:
    """Hold the work folder for a process of a run; only one that `begins` something new may find another run there.

    Raises:
        AuditInputError: another run has begun on the folder since this one did.
    """
    with locked(work.lock("run")):
        if not begins and _moment_of_run(work) != iso_utc(clock.as_of):
            raise AuditInputError("Another run has begun on this work folder since this one did: run this one again.")
        yield


def _moment_of_run(work: WorkFolder) -> str | None:
    """The moment that the run whose tables stand in the lake speaks of; None where no run has begun."""
    try:
        return str(json.loads(work.inputs_seen.read_text(encoding="utf-8"))["as_of_utc"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
