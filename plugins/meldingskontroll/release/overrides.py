"""Adds an override to `registry/overrides.csv`: one requirement of one roster entry, by a person who may approve."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from meldingskontroll.domain import AuditInputError, RefusedError, Requirement, normal_district
from meldingskontroll.lake import WorkFolder, locked, write_text
from meldingskontroll.release.approvers import read_approvers, the_approver
from meldingskontroll.verification.overrides import COLUMNS, LONGEST, OVERRIDABLE, file_of, is_statement, read_given


def add_override(
    work: WorkFolder, municipality_no: str, district_no: str, requirement: str, reason: str, name: str, on: date
) -> str:
    """Add one row, dated `on`. It counts from the next audit on, and only with both approvers' approval of the inputs.

    Returns:
        The name of who decided, as the register of approvers writes it.

    Raises:
        RefusedError: the name may not approve, the requirement cannot be overridden, the place is no municipality's
            number, the reason cannot be shown, or the file that is there cannot be read.
    """
    approver = the_approver(read_approvers(work), name)
    if requirement not in set(OVERRIDABLE):
        raise RefusedError(_why_not(requirement))
    if not is_statement(reason):
        raise RefusedError(
            f"Begrunnelsen kan ikke brukes: skriv høyst {LONGEST} tegn på én linje, uten personopplysninger."
        )
    row = (municipality_no, normal_district(district_no), requirement, " ".join(reason.split()), approver.name)
    with locked(work.lock("overrides")):
        file = file_of(work)
        before = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
        _write(file, before, (*row, on.isoformat()))
        try:
            read_given(work)
        except AuditInputError as problem:
            _restore(file, before)
            raise RefusedError(f"Overstyringen er ikke ført. {problem}") from problem
    return approver.name


def _why_not(requirement: str) -> str:
    if requirement == Requirement.PORTAL_COVERED:
        return "PORTAL_COVERED gjelder hele uttrekket og kan ikke overstyres."
    return f"Kravet finnes ikke. Det som kan overstyres, er {', '.join(OVERRIDABLE)}."


def _write(file: Path, before: str, row: tuple[str, ...]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    if not before.strip():
        writer.writerow(COLUMNS)
    elif not before.endswith("\n"):
        text.write("\n")
    writer.writerow(row)
    write_text(file, before + text.getvalue())


def _restore(file: Path, before: str) -> None:
    if before:
        write_text(file, before)
    else:
        file.unlink()
