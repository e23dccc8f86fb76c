"""Numbers as people type, say and paste them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.city import city
from assets.complaints.tracking import format_number
from portal.numbers import read_typed

# The two letters of the city that is served.
P = city().number_prefix
NUMBER = format_number(date(2025, 3, 5), 7)
# As an input method of East Asia writes it.
FULL_WIDTH = "".join(chr(ord(sign) + 0xFEE0) for sign in NUMBER)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        f"{P.lower()}2503050007",
        f" {P} 2503050007 ",
        f"{P}-250305-0007",
        f"{P.lower()}.250305.0007",
        f"{P} 25 03 05 00 07",
        "2503050007",
        f"No. {P}2503050007",
        f"nomor {P.lower()}2503050007",
        FULL_WIDTH,
        f"{P}2503050007\u200b",
        f"“{P}2503050007”",
        f"{P}2503050007.",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    found = read_typed(typed)
    assert found is not None
    assert (found.number, found.is_corrected) == (NUMBER, False)


@pytest.mark.parametrize("typed", [f"{P}25O3O5OOO7", f"{P.lower()}25o3o50007", f"{P}2503O5000 7", f"{P}2503050OO7"])
def test_letters_that_look_like_digits_are_read_as_them_and_that_is_said(typed: str) -> None:
    found = read_typed(typed)
    assert found is not None
    assert (found.number, found.is_corrected) == (NUMBER, True)


@pytest.mark.parametrize(
    "typed", ["", P, f"{P}2513050007", f"{P}2503050000", f"{P}250305007", "laporan saya", "1" * 61]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_typed(typed) is None


def test_a_number_that_the_mail_office_gave_is_read() -> None:
    found = read_typed("em231211bdkb")
    assert found is not None
    assert found.number == "EM231211BDKB"


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_none(typed: str) -> None:
    found = read_typed(typed)
    assert found is None or read_typed(found.number) == type(found)(found.number)
