"""Numbers as people type, say and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.numbers import read_typed

# As an input method of East Asia writes it.
FULL_WIDTH = "".join(chr(ord(sign) + 0xFEE0) for sign in "JK2503050007")


@pytest.mark.parametrize(
    "typed",
    [
        "JK2503050007", "jk2503050007", " JK 2503050007 ", "JK-250305-0007", "jk.250305.0007", "JK 25 03 05 00 07",
        "2503050007", "No. JK2503050007", "nomor jk2503050007", FULL_WIDTH,
        "JK2503050007\u200b", "“JK2503050007”", "JK2503050007.",
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    found = read_typed(typed)
    assert found is not None
    assert (found.number, found.is_corrected) == ("JK2503050007", False)


@pytest.mark.parametrize("typed", ["JK25O3O5OOO7", "jk25o3o50007", "JK2503O5000 7", "JK2503050OO7"])
def test_letters_that_look_like_digits_are_read_as_them_and_that_is_said(typed: str) -> None:
    found = read_typed(typed)
    assert found is not None
    assert (found.number, found.is_corrected) == ("JK2503050007", True)


@pytest.mark.parametrize("typed", ["", "JK", "JK2513050007", "JK2503050000", "JK250305007", "laporan saya", "1" * 61])
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
