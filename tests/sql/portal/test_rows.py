from __future__ import annotations

from typing import Any

import pytest

from support.stages import portal_stage

ID = "11111111-1111-4111-8111-111111111111"
RECIPIENT = "22222222-2222-4222-8222-222222222222"
ROW = {
    "bekymringsmeldingId": ID, "bydelRessursId": RECIPIENT, "innsendt": "2022-03-01T09:24:45", "skjemaType": "PRIVAT",
    "kanal": "FIKS_IO", "bekreftet": "2022-03-01T09:24:50", "fraFagsystem": "true",
}  # fmt: skip


def read(**changed: str) -> dict[str, Any]:
    columns = "problem, sent_utc, acknowledged_utc, form_type, channel, from_case_system, message_id"
    with portal_stage([ROW | changed]) as connection:
        row = connection.execute(f"SELECT {columns} FROM portal__rows").fetchone()  # noqa: S608
    assert row is not None
    return dict(zip(columns.split(", "), row, strict=True))


def test_a_row_is_read_into_types_and_norwegian_time_into_utc() -> None:
    row = read()
    assert row["problem"] is None and str(row["message_id"]) == ID
    assert (row["form_type"], row["channel"], row["from_case_system"]) == ("private", "FIKS_IO", True)
    assert row["sent_utc"].isoformat() == "2022-03-01T08:24:45"
    assert row["acknowledged_utc"].isoformat() == "2022-03-01T08:24:50"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"bekymringsmeldingId": "17"}, "INVALID_ID"),
        ({"bekymringsmeldingId": ""}, "INVALID_ID"),
        ({"innsendt": "i går"}, "INVALID_SENT_TIME"),
        ({"bydelRessursId": ""}, "INVALID_RECIPIENT"),
        ({"bekreftet": "ja"}, "INVALID_ACKNOWLEDGEMENT"),
        ({"kanal": "TELEFAKS"}, "UNKNOWN_CHANNEL"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(changed: dict[str, str], problem: str) -> None:
    assert read(**changed)["problem"] == problem


def test_an_empty_acknowledgement_is_no_acknowledgement_and_no_fault() -> None:
    row = read(bekreftet="")
    assert row["problem"] is None and row["acknowledged_utc"] is None


def test_a_form_type_that_is_not_said_is_unknown() -> None:
    assert read(skjemaType="")["form_type"] == "unknown"
