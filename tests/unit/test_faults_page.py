"""The page of faults says what the tests inject, no more and no less."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults_page", ROOT / "scripts" / "faults_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_faults_is_current(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run python scripts/faults_page.py"


def test_every_kind_of_fault_that_must_be_survived_has_a_row(script: ModuleType) -> None:
    text = script.page().lower()
    wanted = (
        *("302", "400", "401", "403", "404", "429", "500", "502", "503", "504", "reset", "comes twice", "is missing"),
        *("total that lies", "slow server", "loses its validity", "dns", "disk is full", "deleted", "kill -9"),
        *("self-signed", "interrupted", "still grows", "half written"),
    )
    assert [kind for kind in wanted if kind not in text] == []


def test_a_mark_on_anything_but_a_test_is_no_row(script: ModuleType) -> None:
    source = '@fault("a", "b")\ndef helper(): ...\n@pytest.mark.fault("c", "d")\ndef test_x(): ...\ndef test_y(): ...\n'
    assert list(script.faults(source)) == [("c", "d", "test_x")]
