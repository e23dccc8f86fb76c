"""Days and clocks as desks and exports write them in Indonesia: without an offset, and then in the city's zone.

Belongs here: reading such a day. Does not belong here: clocks (local_clock.py), moments of APIs, which are ISO 8601 or
Unix seconds (wire.read_time).

Of a day in figures the day comes before the month, as everybody here writes it; one that is then no day is refused, not
turned round. Python's own reader of ISO 8601 is not asked: it takes "2019-10-19 14.05" for 14:00:00.05. Nor is
dateparser: it reads "kemarin" and half of a sentence too, and does not know "Jum'at".
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from assets.clock import city_zone
from assets.sources.local_clock import clock_of_day_share, read_clock
from assets.sources.records import PayloadError
from assets.sources.wire import found, read_time

MONTHS = {
    # "Nop" and "Sept" are as good as "November": the first three letters of a name are one of these too.
    **{
        name[:length]: number
        for number, names in enumerate(
            (
                ("januari", "january"), ("februari", "february", "pebruari"), ("maret", "march"), ("april",),
                ("mei", "may"), ("juni", "june"), ("juli", "july"), ("agustus", "august"), ("september",),
                ("oktober", "october"), ("november", "nopember"), ("desember", "december"),
            ),
            start=1,
        )
        for name in names
        for length in range(3, len(name) + 1)
    },
    "mrt": 3, "jn": 6, "jl": 7, "agt": 8, "ags": 8, "spt": 9,
    # As letters and registers number them.
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip

# What may stand before a day: its name, or "tanggal"; and behind it, a clock.
_WORDS = r"(?:[^\W\d_][^\W\d_'’‘`´ʼ-]*(?:['’‘`´ʼ][^\W\d_]+)?[., /-]+)*"
_REST = r"(?:(?:t(?=\d)|[ ,]+)(?P<rest>\S.*))?"
_APART = r" *[-–/. ] *"
_YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
_FORMS = tuple(
    re.compile(form + _REST)
    for form in (
        rf"(?P<year>\d{{4}}){_APART}(?P<month>\d{{1,2}}){_APART}(?P<day>\d{{1,2}})",
        rf"{_WORDS}(?P<day>\d{{1,2}}){_APART}(?P<month>\d{{1,2}}){_APART}{_YEAR}",
        rf"{_WORDS}(?P<day>\d{{1,2}})(?:{_APART})?(?P<month>[a-z]+)[. ,]*(?:{_APART})?['’]?{_YEAR}",
        rf"{_WORDS}(?P<month>[a-z]+)[. ]+(?P<day>\d{{1,2}}),? +(?P<year>\d{{4}})",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_PLAIN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d:\d\d(?::\d\d)?))?")
_OFFSET = re.compile(r"(?:\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*?)(?:z|[+-]\d\d(?::?\d\d)?)")
_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?")

# Excel counts days from here on; it takes 1900 for a leap year, so that this holds from March 1900.
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = (20_000, 60_000)
# A year of two figures is of the last seventy or the next thirty years of 2000.
_FIRST_YEAR_OF_TWO_FIGURES = 70
# Longer is no day, and costs time to find out.
_LONGEST = 200


def read_moment(day: object, clock: object, day_name: str, clock_name: str, *, zone: tzinfo | None = None) -> datetime:
    """Read a day and a clock that stand apart.

    Args:
        day: 2026-10-19, 19/10/2026, 19-10-26, 19 Oktober 2026, Senin 19 Okt 2026 or Excel's number of the day, with or
            without a clock behind it.
        clock: 14:05, 14.05 or what else `read_clock` reads. None or "-" where nobody wrote one: the clock behind the
            day counts, else 00:00.
        day_name: Name of the day's column, for the error.
        clock_name: Name of the clock's column, for the error.
        zone: Of a clock that names none; the city's where none is given.

    Returns:
        The moment in UTC.

    Raises:
        PayloadError: No day, no time of day in a filled clock, or a moment before 1970.

    >>> read_moment("Senin, 19 Oktober 2026", "14.05 WIB", "Tanggal", "Jam").isoformat()
    '2026-10-19T07:05:00+00:00'
    """
    if isinstance(clock, str) and not any(char.isalnum() for char in clock):
        clock = None
    if clock is None and isinstance(day, str) and _OFFSET.fullmatch(day.strip().casefold()):
        return read_time(day, day_name)
    written, behind = _day(day, day_name)
    at, named = (time(), None)
    if clock is not None or behind is not None:
        at, named = read_clock(clock if clock is not None else behind, clock_name)
    local = datetime.combine(written, at, named or zone or city_zone())
    return read_time(local.isoformat(), f"{day_name} and {clock_name}")


def read_written(value: object, name: str, *, zone: tzinfo | None = None) -> datetime:
    """Read a moment in one cell: ISO 8601 or Unix seconds as programs write it, else a day as people and Excel do.

    Args:
        value: The cell.
        name: Of its column, for the error.
        zone: Of a clock that names none; the city's where none is given.

    Returns:
        The moment in UTC.

    Raises:
        PayloadError: No moment.

    >>> read_written("27/11/2026 8.05", "Waktu").isoformat()
    '2026-11-27T01:05:00+00:00'
    """
    try:
        return read_time(value, name, without_offset=zone or city_zone())
    except PayloadError:
        return read_moment(value, None, name, name, zone=zone)


def read_year(day: object, name: str) -> int:
    """Read the year of a day.

    Raises:
        PayloadError: No day.
    """
    return _day(day, name)[0].year


def _day(value: object, name: str) -> tuple[date, object]:
    """Read a day, and the clock behind it; None where there is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_number(value, value, name)
    text = value.strip().casefold() if isinstance(value, str) and len(value) <= _LONGEST else ""
    plain = _PLAIN.fullmatch(text)
    if plain is None and _NUMBER.fullmatch(text):
        return _day_of_number(float(text.replace(",", ".")), value, name)
    try:
        if plain is not None:
            year, month, day, rest = plain.groups()
            return date(int(year), int(month), int(day)), rest
        for form in _FORMS:
            match = form.fullmatch(text)
            if match and (month := match["month"]) and (month.isdigit() or month in MONTHS):
                number = int(month) if month.isdigit() else MONTHS[month]
                return date(_year(match["year"]), number, int(match["day"])), match["rest"]
    except ValueError as error:
        raise _no_day(value, name) from error
    raise _no_day(value, name)


def _year(written: str) -> int:
    year = int(written)
    if len(written) == 4:
        return year
    return year + (1900 if year >= _FIRST_YEAR_OF_TWO_FIGURES else 2000)


def _day_of_number(number: float, value: object, name: str) -> tuple[date, object]:
    """Read Excel's number of a day, and the share of the day behind its point."""
    if not _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]:
        raise _no_day(value, name)
    days = int(number)
    share = number - days
    day = _EXCEL_EPOCH + timedelta(days=days)
    return day, clock_of_day_share(share).isoformat() if share else None


def _no_day(value: object, name: str) -> PayloadError:
    return PayloadError(f"{name} as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026)", found(value))
