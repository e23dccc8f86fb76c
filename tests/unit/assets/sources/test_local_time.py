"""Days and clocks as people write them."""

from datetime import UTC, datetime

import pytest

from assets.sources.local_time import read_moment, read_year
from assets.sources.records import PayloadError

FIVE_PAST_TWO = datetime(2019, 10, 19, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "day",
    [
        "2019-10-19", "2019-10-19T00:00:00", "19/10/2019", "19-10-2019", "19.10.2019", "19 Oktober 2019",
        "19 Okt 2019", "19 Oct 2019", " 19 OKTOBER 2019 ", "Sabtu, 19 Oktober 2019",
    ],
)  # fmt: skip
@pytest.mark.parametrize("clock", ["14:05", "14.05", "14:05:00", "14.05.00 WIB", "14:05:00.000001", "Pukul 14.05"])
def test_days_and_clocks_of_every_spelling(day, clock):
    assert read_moment(day, clock, "Tanggal", "Jam") == FIVE_PAST_TWO


@pytest.mark.parametrize(
    "day", ["2019-10-19 14.05", "2019-10-19T14:05:00", "19/10/2019 14:05", "19 Okt 2019, 14.05 WIB"]
)
def test_a_clock_behind_the_day_counts_where_there_is_no_other(day):
    assert read_moment(day, None, "Tanggal", "Jam") == FIVE_PAST_TWO
    assert read_moment(day, "08:00", "Tanggal", "Jam") == datetime(2019, 10, 19, 1, tzinfo=UTC)


@pytest.mark.parametrize("month", ["Mei", "may", "Agustus", "Agu", "Agt", "AUG", "Desember", "Dec"])
def test_months_are_indonesian_or_english(month):
    assert read_moment(f"1 {month} 2024", None, "Tanggal", "Jam").year == 2024


@pytest.mark.parametrize(
    ("day", "clock", "reason"),
    [
        (None, None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found none"),
        ("31/02/2026", None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found text of 10 "
                             "characters"),
        ("19 Foo 2026", None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found text of 11 "
                              "characters"),
        ("2026-10-19", "sore", "expected Jam as a time of day (14:05 or 14.05), found text of 4 characters"),
        ("2026-10-19", "25.00", "expected Jam as a time of day (14:05 or 14.05), found text of 5 characters"),
        ("2026-10-19 sore", None, "expected Jam as a time of day (14:05 or 14.05), found text of 4 characters"),
        ("0001-01-01", None, "expected Tanggal and Jam as a moment, found text of 28 characters"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(day, clock, reason):
    with pytest.raises(PayloadError) as caught:
        read_moment(day, clock, "Tanggal", "Jam")
    assert str(caught.value) == reason


def test_the_year_of_a_day():
    assert read_year("19 Okt 2019", "Tanggal") == 2019
