"""Tracking numbers, as citizens hold them."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets.complaints.tracking import TrackingNumberError, format_number, parse_number, quoted_numbers

pytestmark = pytest.mark.jakarta

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(1, 998_999))
def test_what_is_written_is_read_again(day, sequence):
    number = format_number(day, sequence)
    assert parse_number(number.lower()) == number
    assert re.fullmatch(r"JK\d{6}\d{4,}", number)


def test_the_first_8999_of_a_day_have_four_digits():
    numbers = [format_number(date(2025, 3, 5), sequence) for sequence in range(1, 9000)]
    assert numbers == [f"JK250305{sequence:04d}" for sequence in range(1, 9000)]


@given(DAYS, st.integers(1, 998_998), st.integers(1, 200_000))
@example(date(2025, 3, 5), 8999, 1)
@example(date(2025, 3, 5), 98_999, 1)
def test_as_text_a_number_sorts_behind_every_earlier_one_of_its_day(day, sequence, later):
    assert format_number(day, sequence) < format_number(day, min(sequence + later, 998_999))


@given(DAYS.filter(lambda day: day < date(2099, 12, 31)), st.integers(1, 998_999), st.integers(1, 998_999))
def test_as_text_a_number_sorts_before_the_next_day(day, sequence, of_next_day):
    assert format_number(day, sequence) < format_number(day + timedelta(days=1), of_next_day)


@pytest.mark.parametrize(
    "text",
    ["", "2503050007", "JK250305007", "JK2502300007", "JK2513010007", "JK25030500007", "JK2503050000", "EM231211BDKB"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(TrackingNumberError):
        parse_number(text)


def test_numbers_that_the_crm_issued_beyond_8999_are_read():
    assert [parse_number(text) for text in ("JK2503059123", "JK25030510000")] == ["JK2503059123", "JK25030510000"]


@pytest.mark.parametrize(
    ("day", "sequence"),
    [(date(2025, 3, 5), 0), (date(2025, 3, 5), 999_000), (date(2025, 3, 5), -1), (date(1999, 1, 1), 1)],
)
def test_a_number_that_cannot_be_written_is_refused(day, sequence):
    with pytest.raises(TrackingNumberError):
        format_number(day, sequence)


def test_numbers_that_a_text_quotes():
    text = (
        "Melanjutkan Laporan No. JK2305290094\ndan jk-2305290095, JK2305290094; bukan JK9999999999 atau AJK2305290096"
    )
    assert quoted_numbers(text) == ("JK2305290094", "JK2305290095")


def test_the_number_that_a_real_report_quotes(real):
    text = (real / "complaints" / "crm" / "reports.tsv").read_text(encoding="utf-8")
    [line] = [line for line in text.splitlines() if line.startswith("JK2309080062")]
    assert quoted_numbers(line.split("\t", 1)[1].replace("\\n", "\n")) == ("JK2305290094",)
