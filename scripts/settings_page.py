"""Writes docs/settings.md from the Settings object: every setting, its default and what it is."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
_HEAD = """# Settings

Every setting is an environment variable. This page is written by `scripts/settings_page.py`; a test holds it current.

| variable | default | what it is |
|---|---|---|
"""


def page() -> str:
    """The page as Markdown, one row a setting in the order of the code."""
    prefix = Settings.model_config["env_prefix"]
    fields = Settings.model_fields.items()
    rows = [f"| `{prefix}{name.upper()}` | {_shown(field.default)} | {field.description} |" for name, field in fields]
    return _HEAD + "\n".join(rows) + "\n"


def _shown(default: object) -> str:
    return "empty" if default is None or default == "" else f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
