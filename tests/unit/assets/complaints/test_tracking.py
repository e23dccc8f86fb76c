"""Tracking numbers, as citizens hold them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.complaints.tracking import TrackingNumber, TrackingNumberError, format_number, parse_number, quoted_numbers


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999_999))
def test_what_is_written_is_read_again(day, sequence):
    assert parse_number(format_number(day, sequence)) == TrackingNumber(day, sequence)


@pytest.mark.parametrize(
    "text",
    ["", "2503050007", "JK250305007", "JK2502300007", "JK2513010007", "JK25030500007", "JK2503050000", "EM231211BDKB"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(TrackingNumberError):
        parse_number(text)


def test_numbers_sort_by_time_beyond_9999_a_day():
    texts = ["JK25030510000", "JK2503050007", "JK2503059999", "JK2503060001"]
    assert [str(number) for number in sorted(map(parse_number, texts))] == [
        "JK2503050007",
        "JK2503059999",
        "JK25030510000",
        "JK2503060001",
    ]


@pytest.mark.parametrize(("day", "sequence"), [(date(2025, 3, 5), 0), (date(2025, 3, 5), 10**9), (date(1999, 1, 1), 1)])
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
