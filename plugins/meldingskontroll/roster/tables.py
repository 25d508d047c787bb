"""Reads the registry's semicolon-separated files (contract §1) and says which file and row cannot be used."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from meldingskontroll.domain import AuditInputError, normal_district
from meldingskontroll.roster.reference import canonical

Row = dict[str, str]


def read_rows(file: Path, columns: Sequence[str], required: Sequence[str] = ()) -> list[Row]:
    """All rows of a semicolon-separated file as trimmed text, with `source_row` counted from 1 at the header.

    Columns that the file lacks are empty unless they are required; further columns are left out.

    Raises:
        AuditInputError: the file is not UTF-8, lacks a required column, or a row has more fields than the header.
    """
    shown = f"{file.parent.name}/{file.name}"
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=";")
            header = [name.strip().lower() for name in next(reader, [])]
            lacking = [name for name in required if name.lower() not in header]
            if lacking:
                raise AuditInputError(f"{shown}, row 1: the header lacks {', '.join(lacking)}. Add it and run again.")
            found = []
            for fields in reader:
                if not any(field.strip() for field in fields):
                    continue
                if len(fields) > len(header):
                    raise AuditInputError(
                        f"{shown}, row {reader.line_num}: {len(fields)} fields where the header has {len(header)}. "
                        "Look for a semicolon too many."
                    )
                values = dict(zip(header, (field.strip() for field in fields), strict=False))
                found.append(
                    {name: values.get(name.lower(), "") for name in columns} | {"source_row": str(reader.line_num)}
                )
    except UnicodeDecodeError:
        raise AuditInputError(f"{shown} is not UTF-8 text. Save it as CSV UTF-8 and run again.") from None
    return found


def checked(rows: list[Row], file: Path, column: str, accept: Callable[[str], bool], remedy: str) -> None:
    """Refuse the file at the first row whose column is not acceptable.

    Raises:
        AuditInputError: names file, row, column and what to do. The value is not repeated.
    """
    for row in rows:
        if not accept(row[column]):
            raise AuditInputError(f"{file.parent.name}/{file.name}, row {row['source_row']}: {column} {remedy}")


def with_place(rows: list[Row], file: Path, number: str = "kommunenummer", district: str = "bydelsnummer") -> list[Row]:
    """The rows with `municipality_no` (four digits), `canonical_no` (2020–2023) and `district_no` ('' or two digits).

    Raises:
        AuditInputError: a number is not a municipality's or a district's.
    """
    for row in rows:
        row[number] = row[number].zfill(4) if row[number].isdecimal() else row[number]
    checked(rows, file, number, lambda value: bool(re.fullmatch(r"\d{4}", value)), "must be four digits, like 0301.")
    if rows and district in rows[0]:
        checked(
            rows, file, district, lambda value: bool(re.fullmatch(r"\d{0,2}", value)), "must be two digits or empty."
        )
    return [
        row
        | {
            "municipality_no": row[number],
            "canonical_no": canonical(row[number]),
            "district_no": normal_district(row.get(district)),
        }
        for row in rows
    ]
