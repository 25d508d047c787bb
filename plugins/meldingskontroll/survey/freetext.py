"""Looks for personal data in the survey's free text. The text itself goes no further than this."""

from __future__ import annotations

import re

from meldingskontroll.intake import personal

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def has_personal_data(text: str) -> bool:
    """Whether a text holds what looks like a national id number with valid check digits, or an e-mail address."""
    return personal.find(text) is not None or _EMAIL.search(text) is not None
