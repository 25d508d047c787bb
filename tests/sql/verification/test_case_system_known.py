"""An unknown or contradicted case system blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.judged import changed, verdict


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (True, "MET")),
        ({"case_system": "UKJENT"}, (False, "CASE_SYSTEM_UNKNOWN")),
        ({"case_system": None}, (False, "CASE_SYSTEM_UNKNOWN")),
        ({"case_system_conflict": True}, (False, "CASE_SYSTEM_CONFLICT")),
        ({"case_system_conflict": None}, (False, "CASE_SYSTEM_CONFLICT")),
    ],
)
def test_only_familia_without_contradiction_is_known(
    values: dict[str, object], expected: object, tmp_path: Path
) -> None:
    assert verdict(tmp_path, "CASE_SYSTEM_KNOWN", **changed("roster__entries", **values)) == expected
