"""Finds what looks like a Norwegian national id number. Says where, never what."""

from __future__ import annotations

import re

import numpy as np

_DASHES = "\\-\u2010\u2011\u2012\u2013\u2212"
_BLANKS = " \u00a0\u2007\u2009\u202f"
_LETTERS = "0-9A-Za-zÆØÅæøå"
_TOKEN = re.compile(rf"(?<![{_LETTERS}])[0-9]{{6}}[{_BLANKS}{_DASHES}]?[0-9]{{5}}(?![{_LETTERS}])")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_SERIAL_BEFORE = re.compile(r"(?<![0-9])[345][0-9]{4}[.,]$")
_ASCII_TOKEN = np.array([chr(code).isalnum() and code < 128 for code in range(256)])
_WINDOW = 1 << 16
_WIDEST = 20
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_national_id(digits: str) -> bool:
    """Whether eleven digits are a national id number: a date and both check digits.

    Counts D-numbers (day + 40), aid numbers (month + 40) and the synthetic series (month + 80 and + 65), by today's
    rule and by that from 2032, under which the first check sum may leave 0 to 3.
    """
    day, month = int(digits[0:2]), int(digits[2:4])
    day -= 40 if 41 <= day <= 71 else 0
    for added in (80, 65, 40):
        if added < month <= added + 12:
            month -= added
            break
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_LENGTHS[month - 1]:
        return False
    numbers = [int(digit) for digit in digits]
    first = sum(weight * number for weight, number in zip(_FIRST_WEIGHTS, numbers[:10], strict=True)) % 11
    second = sum(weight * number for weight, number in zip(_SECOND_WEIGHTS, numbers, strict=True)) % 11
    return first <= 3 and second == 0


def find(text: str) -> int | None:
    """The position of the first national id number that is a token of its own, outside ids; None if there is none."""
    return next((match.start() for match in _TOKEN.finditer(text) if _is_number(match)), None)


def _is_number(match: re.Match[str]) -> bool:
    token = match.group()
    numbered = is_national_id(token[:6] + token[-5:])
    return numbered and not _is_part_of_another(match.string, match.start(), match.end())


def find_in_bytes(text: bytes) -> int | None:
    """As `find`, in UTF-8: the position in bytes. Looks closely only where enough digits stand together."""
    for start in range(0, len(text), _WINDOW):
        for at in _places_to_look(text[max(0, start - 1) : start + _WINDOW + _WIDEST]):
            position = int(at) + max(0, start - 1)
            if _is_token_at(text, position):
                return position
    return None


def _places_to_look(text: bytes) -> np.ndarray:
    """Where six digits begin that five more follow, at once or after one character (of up to three bytes)."""
    if len(text) < 11:
        return np.zeros(0, dtype=np.int64)
    padded = np.frombuffer(text + b" " * _WIDEST, dtype=np.uint8)
    digit = (padded - np.uint8(ord("0"))) < 10
    two = digit[:-1] & digit[1:]
    four = two[:-2] & two[2:]
    five, six = four[:-1] & digit[4:], four[:-2] & two[4:]
    count = len(text)
    first = six[:count]
    after = five[6 : 6 + count] | (
        ~digit[6 : 6 + count] & (five[7 : 7 + count] | five[8 : 8 + count] | five[9 : 9 + count])
    )
    places = np.flatnonzero(first & after)
    before = padded[places - 1]
    letter_or_digit = _ASCII_TOKEN[before] & (places > 0)
    return np.asarray(places[~letter_or_digit])


def _is_token_at(text: bytes, at: int) -> bool:
    before = text[max(0, at - 64) : at].decode("utf-8", "ignore")
    match = _TOKEN.match(before + text[at : at + 64].decode("utf-8", "ignore"), len(before))
    return match is not None and _is_number(match)


def find_in_name(name: str) -> bool:
    """Whether a file's name holds a national id number; in a name any letter may stand beside it."""
    for match in re.finditer(rf"(?<![0-9])(?=([0-9]{{6}}[{_BLANKS}{_DASHES}_.]?[0-9]{{5}})(?![0-9]))", name):
        token = match.group(1)
        if is_national_id(token[:6] + token[-5:]):
            return True
    return False


def find_number(value: int) -> bool:
    """Whether a number cell is a national id number, also one whose leading zero a spreadsheet has eaten."""
    text = str(value)
    return len(text) in (10, 11) and is_national_id(text.zfill(11))


def _is_part_of_another(text: str, start: int, end: int) -> bool:
    """Whether the token is the fraction of a spreadsheet's serial date, or lies within a UUID."""
    if _SERIAL_BEFORE.search(text[max(0, start - 8) : start]):
        return True
    begin = max(0, start - 36)
    return any(m.start() < end - begin and start - begin < m.end() for m in _UUID.finditer(text[begin : end + 36]))
