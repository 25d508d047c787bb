"""What a municipality reads is current: every answer explained, every picture there and small, every command real."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

from meldingskontroll.cli import app
from meldingskontroll.intake.messages import catalogue
from meldingskontroll.intake.template import content

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "kommune.md"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_answers_is_current_and_has_every_code() -> None:
    module = script("answers_page")
    text = module.PAGE.read_text()
    assert text == module.page(), "run python scripts/answers_page.py"
    assert [code for code in catalogue() if f"| `{code}` |" not in text] == []
    assert "{" not in text


def test_every_code_that_the_page_names_can_be_given() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+|BINARY|SILENT|MACROS)`", PAGE.read_text()))
    assert len(named) > 15
    assert named - set(catalogue()) == set()


def test_every_column_of_the_template_is_explained() -> None:
    text = PAGE.read_text()
    assert [column["name"] for column in content()["column"] if f"`{column['name']}`" not in text] == []


def test_the_pictures_are_there_and_small_and_described() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", PAGE.read_text())
    assert len(pictures) == 4
    for described, path in pictures:
        assert len(described) > 20
        assert 5_000 < (PAGE.parent / path).stat().st_size < 150_000


@pytest.mark.parametrize("page", ["kommune.md", "formats.md", "svarkoder.md"])
def test_every_command_and_link_on_a_page_leads_somewhere(page: str) -> None:
    text = (PAGE.parent / page).read_text()
    known = set(getattr(get_command(app), "commands"))  # noqa: B009 - the group's type is not public
    assert set(re.findall(r"meldingskontroll ([a-z]+)", text)) - known == set()
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
