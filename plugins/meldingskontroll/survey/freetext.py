"""Looks for personal data in the survey's free text. The text itself goes no further than this."""

from __future__ import annotations

import re

_CANDIDATE = re.compile(r"(?<![\w-])(\d{6})[ -]?(\d{5})(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# Numbers given out from 2032 let the first check sum leave these remainders; older ones leave 0.
_FIRST_REMAINDERS = frozenset({0, 1, 2, 3})


def has_personal_data(text: str) -> bool:
    """Whether a text holds what looks like a national id number with valid check digits, or an e-mail address."""
    return _EMAIL.search(text) is not None or any(
        _valid_check_digits(first + last) for first, last in _CANDIDATE.findall(text)
    )


def _valid_check_digits(number: str) -> bool:
    digits = [int(digit) for digit in number]
    first = sum(weight * digit for weight, digit in zip(_FIRST_WEIGHTS, digits, strict=False)) % 11
    second = sum(weight * digit for weight, digit in zip(_SECOND_WEIGHTS, digits, strict=True)) % 11
    return first in _FIRST_REMAINDERS and second == 0
