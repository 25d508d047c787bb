"""Reads one answer of the questionnaire. An answer whose meaning is in doubt gets a code and does not count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meldingskontroll.survey.freetext import has_personal_data
from meldingskontroll.survey.tables import Problem, Row, iso_time

REQUIRED = frozenset({"svar_id", "mottatt", "tjeneste", "svarer_paa_vegne_av", "rolle", "mangler_meldinger"})
ROLES = frozenset({"tjeneste", "barnevernsvakt", "systemforvalter"})
MISSING = frozenset({"ja_kjent", "ja_ukjent", "nei", "vet_ikke", ""})
YES_NO = frozenset({"ja", "nei", "vet_ikke", ""})
OTHER_MISSING = frozenset({"brev", "møtereferat"})
INFORMED = frozenset({"direkte_personer", "ikke_noe", "direkte_tjenester", "lokal_media", "andre_måter"})
MOST = 10**9

SCHEMA = pa.schema(
    {
        "answer_id": pa.string(),
        "received_text": pa.string(),
        "service_id": pa.string(),
        "on_behalf_of": pa.list_(pa.string()),
        "role": pa.string(),
        "case_systems": pa.list_(pa.string()),
        "integrated": pa.list_(pa.string()),
        "missing": pa.string(),
        "stated": pa.int64(),
        "stated_by_service": pa.map_(pa.string(), pa.int64()),
        "other_missing": pa.list_(pa.string()),
        "routines": pa.string(),
        "deviation": pa.string(),
        "informed": pa.list_(pa.string()),
        "source_file": pa.string(),
        "source_row": pa.int64(),
    }
)


class UnusableAnswer(Exception):
    """The answer cannot count; the argument is the code."""


def read_answers(rows: Iterable[Row]) -> tuple[pa.Table, list[Problem]]:
    """The readable answers as a table of `SCHEMA`, and the problems: unusable rows, odd choices, personal data."""
    answers: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for row in rows:
        if has_personal_data(row.text("fritekst")):
            problems.append(Problem(row.source_file, row.source_row, "PERSONAL_DATA"))
        try:
            answer, odd = _read_answer(row)
        except UnusableAnswer as unusable:
            problems.append(Problem(row.source_file, row.source_row, str(unusable)))
            continue
        answers.append(answer)
        if odd:
            problems.append(Problem(row.source_file, row.source_row, "CHOICE_UNKNOWN"))
    return pa.Table.from_pylist(answers, schema=SCHEMA), problems


def _read_answer(row: Row) -> tuple[dict[str, Any], bool]:
    services = _services(row)
    case_systems = [name.upper().replace(" ", "_") for name in row.parts("fagsystem")]
    integrated = [value.lower() for value in row.parts("integrert")]
    if len(case_systems) != len(integrated) or not set(integrated) <= {"ja", "nei"}:
        raise UnusableAnswer("CASE_SYSTEMS_UNREADABLE")
    missing = _one_of(row.choice("mangler_meldinger"), MISSING, "MISSING_UNREADABLE")
    split = _split(row.parts("antall_per_tjeneste"), services)
    routines, deviation = row.choice("endrer_rutiner"), row.choice("melder_avvik")
    other = [word.lower() for word in row.parts("mangler_annet")]
    informed = [word.lower() for word in row.parts("informert")]
    odd = not ({routines, deviation} <= YES_NO and set(other) <= OTHER_MISSING and set(informed) <= INFORMED)
    answer = {
        "answer_id": row.text("svar_id") or _refuse("ID_MISSING"),
        "received_text": iso_time(row.text("mottatt")),
        "service_id": row.text("tjeneste"),
        "on_behalf_of": list(dict.fromkeys(row.parts("svarer_paa_vegne_av"))),
        "role": _one_of(row.choice("rolle"), ROLES | {""}, "ROLE_UNKNOWN"),
        "case_systems": case_systems,
        "integrated": integrated,
        "missing": missing,
        "stated": _stated(missing, row.text("antall_meldinger"), split, services),
        "stated_by_service": list(split.items()),
        "other_missing": [word for word in dict.fromkeys(other) if word in OTHER_MISSING],
        "routines": routines if routines in YES_NO else "",
        "deviation": deviation if deviation in YES_NO else "",
        "informed": [word for word in dict.fromkeys(informed) if word in INFORMED],
        "source_file": row.source_file,
        "source_row": row.source_row,
    }
    return answer, odd


def _refuse(code: str) -> str:
    raise UnusableAnswer(code)


def _one_of(value: str, allowed: frozenset[str], code: str) -> str:
    return value if value in allowed else _refuse(code)


def _services(row: Row) -> frozenset[str]:
    """The services that the answer speaks for: its own and those it answers on behalf of."""
    services = frozenset(row.parts("svarer_paa_vegne_av")) | ({row.text("tjeneste")} - {""})
    if "|" in row.text("tjeneste"):
        raise UnusableAnswer("SERVICE_UNREADABLE")
    if not services:
        # A duty service has no reports of its own and is discarded whoever it is; it is still counted as received.
        return services if row.choice("rolle") == "barnevernsvakt" else frozenset(_refuse("SERVICE_MISSING"))
    return services


def _number(text: str, code: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < MOST):
        raise UnusableAnswer(code)
    return int(text)


def _split(parts: list[str], services: frozenset[str]) -> dict[str, int]:
    """`id=n` for each service named. Naming one twice, or one that the answer does not speak for, is unreadable."""
    split: dict[str, int] = {}
    for part in parts:
        service, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or service in split or service not in services:
            raise UnusableAnswer("SPLIT_UNREADABLE")
        split[service] = _number(number, "SPLIT_UNREADABLE")
    return split


def _stated(missing: str, total_text: str, split: dict[str, int], services: frozenset[str]) -> int | None:
    """The number of losses that the answer states in all; None when it states none.

    Raises:
        UnusableAnswer: the total, the split and the choice cannot all be true.
    """
    total = _number(total_text, "COUNT_UNREADABLE") if total_text else (sum(split.values()) if split else None)
    if (
        total is not None
        and split
        and (sum(split.values()) > total or (set(split) == services and sum(split.values()) != total))
    ):
        raise UnusableAnswer("CONTRADICTS_ITSELF")
    if missing == "nei" and total:
        raise UnusableAnswer("CONTRADICTS_ITSELF")
    if missing.startswith("ja") and total == 0:
        raise UnusableAnswer("CONTRADICTS_ITSELF")
    if missing == "nei":
        return 0
    return total if missing.startswith("ja") else None
