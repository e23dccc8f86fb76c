"""Days and clocks as people write them."""

from datetime import UTC, datetime, time

import pytest

from assets.clock import city_zone
from assets.sources.local_time import read_moment, read_written, read_year
from assets.sources.records import PayloadError

FIVE_PAST_TWO = datetime(2019, 10, 19, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "day",
    [
        "2019-10-19", "2019-10-19T00:00:00", "19/10/2019", "19-10-2019", "19.10.2019", "19 Oktober 2019",
        "19 Okt 2019", "19 Oct 2019", " 19 OKTOBER 2019 ", "Sabtu, 19 Oktober 2019", "2019/10/19", "2019.10.19",
        "20191019", "19/10/19", "19-Okt-19", "19 - 10 - 2019", "19Okt2019", "19 Okt. '19", "Sabtu 19 Oktober 2019",
        "Sabtu/19-10-2019", "tgl. 19 Oktober 2019", "Seroja, 19 Oktober 2019", "October 19, 2019", 43757, "43757",
        "43757,0", "19-X-2019", "19 X 2019",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "clock",
    [
        "14:05",
        "14.05",
        "14:05:00",
        "14.05.00 WIB",
        "14:05:00.000001",
        "Pukul 14.05",
        "pkl. 14.05",
        "14,05",
        "1405",
        "14 : 05",
        "14. 05 WIB",
        "14;05",
        14.05,
        "2:05 PM",
        "2.05 p.m.",
        "2.05 siang",
        "14.05 - 15.00",
        "14.05-15.00 WIB",
        "14.05 s/d 15.00",
        "14.05 sampai selesai",
        "15.05 WITA",
        "16.05 WIT",
        "14:05+07:00",
        "07:05Z",
        0.586805555,
        "0.586805555",
        "1899-12-30T14:05:00",
    ],
)
def test_days_and_clocks_of_every_spelling(day, clock):
    assert read_moment(day, clock, "Tanggal", "Jam") == FIVE_PAST_TWO


@pytest.mark.parametrize(
    "day",
    [
        "2019-10-19 14.05", "2019-10-19T14:05:00", "19/10/2019 14:05", "19 Okt 2019, 14.05 WIB", "19/10/19 14:05",
        "Sabtu 19 Okt 2019 pukul 14.05", 43757.586805555, "43757,586805555", "19/10/2019 2:05 PM",
    ],
)  # fmt: skip
def test_a_clock_behind_the_day_counts_where_there_is_no_other(day):
    assert read_moment(day, None, "Tanggal", "Jam") == FIVE_PAST_TWO
    assert read_moment(day, "08:00", "Tanggal", "Jam") == datetime(2019, 10, 19, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "day", ["2019-10-19T07:05:00Z", "2019-10-19T14:05:00+07:00", "2019-10-19 14:05:00+07", "2019-10-19 15:05+0800"]
)
def test_a_moment_with_an_offset_is_what_it_says(day):
    assert read_moment(day, None, "Tanggal", "Jam") == FIVE_PAST_TWO


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("Januari", 1), ("Pebruari", 2), ("Peb", 2), ("Maret", 3), ("Mrt", 3), ("April", 4), ("Mei", 5), ("may", 5),
        ("Juni", 6), ("July", 7), ("Agustus", 8), ("Agust", 8), ("Agu", 8), ("Agt", 8), ("Ags", 8), ("AUG", 8),
        ("Sept", 9), ("Okt", 10), ("Nop", 11), ("Nopember", 11), ("Desember", 12), ("Dec", 12),
    ],
)  # fmt: skip
def test_months_are_indonesian_or_english(month, number):
    assert read_moment(f"15 {month} 2024", "12:00", "Tanggal", "Jam").month == number


@pytest.mark.parametrize("name", ["Jum'at,", "Jum’at", "Jumat", "Jum`at,", "Ahad", "Minggu,", "Sen,"])
def test_the_name_of_a_day_is_no_part_of_it(name):
    assert read_moment(f"{name} 19 Okt 2019", "14.05", "Tanggal", "Jam") == FIVE_PAST_TWO


def test_a_day_in_figures_comes_before_its_month():
    assert read_moment("05/11/2019", None, "Tanggal", "Jam") == datetime(2019, 11, 4, 17, tzinfo=UTC)


def test_a_clock_without_a_zone_is_of_the_one_that_is_given():
    assert read_moment("19 Okt 2019", "07.05", "Tanggal", "Jam", zone=UTC) == FIVE_PAST_TWO
    assert read_moment("19 Okt 2019", "14.05 WIB", "Tanggal", "Jam", zone=UTC) == FIVE_PAST_TWO


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [
        ("pukul 8", 8, 0), (8, 8, 0), ("8.3", 8, 30), (8.5, 8, 50), (0, 0, 0), ("8 pagi", 8, 0), ("12 siang", 12, 0),
        ("5 sore", 17, 0), ("8 malam", 20, 0), ("12 malam", 0, 0), ("12:05 AM", 0, 5), ("12.05 PM", 12, 5),
        ("14:05 PM", 14, 5), (0.25, 6, 0), ("0,5", 12, 0), ("00.50", 0, 50),
    ],
)  # fmt: skip
def test_clocks_as_people_say_them(clock, hour, minute):
    at = read_moment("2019-10-19", clock, "Tanggal", "Jam")
    assert at.astimezone(city_zone()).time() == time(hour, minute)


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
        ("11/28/2026", None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found text of 10 "
                             "characters"),
        (19_999, None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found a number"),
        (True, None, "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found true or false"),
        ("2026-10-19", 24, "expected Jam as a time of day (14:05 or 14.05), found a number"),
        ("2026-10-19", 10**30, "expected Jam as a time of day (14:05 or 14.05), found a number"),
        ("2026-10-19", "1" * 9_000, "expected Jam as a time of day (14:05 or 14.05), found text of 9000 characters"),
        ("0001-01-01", None, "expected Tanggal and Jam as a moment, found text of 28 characters"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(day, clock, reason):
    with pytest.raises(PayloadError) as caught:
        read_moment(day, clock, "Tanggal", "Jam")
    assert str(caught.value) == reason


def test_the_year_of_a_day():
    assert read_year("19 Okt 2019", "Tanggal") == 2019


@pytest.mark.parametrize("clock", ["-", " – ", "…"])
def test_a_sign_for_none_is_no_clock(clock):
    assert read_moment("19/10/2019", clock, "Tanggal", "Jam") == datetime(2019, 10, 19, tzinfo=city_zone())
    assert read_moment("19/10/2019 14.05", clock, "Tanggal", "Jam") == FIVE_PAST_TWO


@pytest.mark.parametrize(
    "cell", ["2019-10-19 14:05:00", "2019-10-19T07:05:00Z", 1571468700, "19/10/2019 14.05", "43757.586805555"]
)
def test_a_moment_in_one_cell_as_programs_and_people_write_it(cell):
    assert read_written(cell, "Waktu") == FIVE_PAST_TWO
    assert read_written("19/10/2019 07:05", "Waktu", zone=UTC) == FIVE_PAST_TWO
