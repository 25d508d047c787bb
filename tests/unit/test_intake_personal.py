"""National id numbers are found wherever they stand, and nothing else is taken for one. All numbers are synthetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldingskontroll.intake import personal, words

# Skatteetaten's synthetic series (month + 80): the first check sum leaves 0 (valid today) or 1 to 3 (valid from 2032).
VALID = ["15861095042", "15861095050", "15861095069", "15861095077", "28811364403", "28811364438", "01901250037"]
D_NUMBERS = ["55861095117", "55861095125", "55861095133", "55861095141"]
INVALID = ["15861095093", "55861095168", "28811364454", "01901250088"]


@pytest.mark.parametrize("number", VALID + D_NUMBERS)
def test_valid_numbers_are_found_by_both_rules(number: str) -> None:
    assert personal.is_national_id(number)
    assert personal.find(f"a;{number};b") == 2
    assert personal.find(number) == 0


@pytest.mark.parametrize("number", INVALID)
def test_wrong_check_digits_are_no_number(number: str) -> None:
    assert personal.find(f"a;{number};b") is None


@pytest.mark.parametrize("joint", [" ", "-", "\u00a0", "–", "‑", "\u2009"])
def test_a_blank_or_dash_after_the_sixth_digit_does_not_hide_it(joint: str) -> None:
    assert personal.find(f"gjelder 158610{joint}95042.") == 8


@pytest.mark.parametrize(
    "text",
    [
        "915861095042",
        "158610950427",
        "x15861095042",
        "15861095042x",
        "6f6b1f4e-2c8f-4c7e-9d7a-a15861095042",
        "45082,15861095042",
        "158610;95042",
        "15861\n095042",
        "",
    ],
)
def test_digits_within_other_tokens_are_no_number(text: str) -> None:
    assert personal.find(text) is None


@pytest.mark.parametrize(
    "text", ["fnr:15861095042", "(15861095042)", "fnr=15861095042,", '"15861095042"', "nr-15861095042"]
)
def test_punctuation_beside_it_does_not_hide_it(text: str) -> None:
    assert personal.find(text) is not None


def test_an_impossible_date_is_no_number() -> None:
    """Eleven digits may pass both sums by chance, as an account number does; the date tells them apart."""
    passing = [f"{n:011d}" for n in range(99_000_000_000, 99_000_200_000) if _sums(f"{n:011d}")]
    assert passing and not any(personal.is_national_id(number) for number in passing)


def _sums(digits: str) -> bool:
    numbers = [int(digit) for digit in digits]
    first = sum(w * n for w, n in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), numbers[:10], strict=True)) % 11
    return first == 0 and sum(w * n for w, n in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), numbers, strict=True)) % 11 == 0


@pytest.mark.parametrize(
    "name", ["15861095042.csv", "logg_15861095042_ny.csv", "logg158610-95042.csv", "x158610_95042.csv"]
)
def test_a_number_in_a_file_name_is_found_also_beside_letters(name: str) -> None:
    assert personal.find_in_name(name)


def test_a_usual_file_name_is_no_number() -> None:
    assert not personal.find_in_name("familialogg_2023-06-30_120000.csv")


def test_a_number_cell_that_lost_its_leading_zero_is_found() -> None:
    assert personal.find_number(1901250037)
    assert not personal.find_number(45082)


@pytest.mark.parametrize(
    "header",
    [
        "navn",
        "Navn",
        "Barnets navn",
        "ADRESSE",
        "telefon",
        "Tlf.",
        "e-post",
        "fritekst",
        "Innhold",
        "fødselsnummer",
        "Melders_navn",
    ],
)
def test_columns_that_promise_personal_data_are_known(header: str) -> None:
    assert words.is_personal_header(header)


@pytest.mark.parametrize(
    "header",
    [
        "kommunenavn",
        "bydelsnavn",
        "tjenestenavn",
        "Navn på bydel",
        "meldingsid",
        "fagsystemnavn",
        "saksnr",
        "mottatt",
        "",
    ],
)
def test_administrative_columns_are_allowed(header: str) -> None:
    assert not words.is_personal_header(header)


@given(st.text())
def test_no_text_stops_the_search(text: str) -> None:
    personal.find(text)
    personal.find_in_name(text)
    words.is_personal_header(text)
