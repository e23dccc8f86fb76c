"""Days and clocks as desks and exports write them in Indonesia: without an offset, in WIB.

Belongs here: reading such a day and clock. Does not belong here: moments of APIs, which are ISO 8601 or Unix
seconds (wire.read_time).

Python's own reader of ISO 8601 is not used: it takes "2019-10-19 14.05" for 14:00:00.05.
"""

import re
from datetime import date, datetime, time, tzinfo

from assets.clock import WIB
from assets.sources.records import PayloadError
from assets.sources.wire import found, read_time

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan"), ("februari", "feb"), ("maret", "mar"), ("april", "apr"), ("mei", "may"),
            ("juni", "jun"), ("juli", "jul"), ("agustus", "agu", "agt", "aug"), ("september", "sep"),
            ("oktober", "okt", "oct"), ("november", "nov"), ("desember", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[t ,]+(?P<rest>.*))?")
_WRITTEN_DAY = re.compile(
    r"(?:[a-z']+, *)?(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2}|[a-z]+)[-/. ](?P<year>\d{4})(?:[t ,]+(?P<rest>.*))?"
)
_CLOCK = re.compile(r"(?:.*[t ])?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?: *wib)?")


def read_moment(day: object, clock: object, day_name: str, clock_name: str, *, zone: tzinfo = WIB) -> datetime:
    """Read a day and a clock that stand apart.

    Args:
        day: 2026-10-19, 19/10/2026, 19 Oktober 2026 or 19 Oct 2026, with or without a clock behind it.
        clock: 14:05 or 14.05, with or without seconds. None where nobody wrote one: the clock behind the day
            counts, else 00:00.
        day_name: Name of the day's column, for the error.
        clock_name: Name of the clock's column, for the error.
        zone: Of a clock that names none.

    Returns:
        The moment in UTC.

    Raises:
        PayloadError: No day, no time of day in a filled clock, or a moment before 1970.

    >>> read_moment("Senin, 19 Oktober 2026", "14.05 WIB", "Tanggal", "Jam").isoformat()
    '2026-10-19T07:05:00+00:00'
    """
    written, behind = _day(day, day_name)
    local = datetime.combine(written, _clock(clock if clock is not None else behind, clock_name), zone)
    return read_time(local.isoformat(), f"{day_name} and {clock_name}")


def read_year(day: object, name: str) -> int:
    """Read the year of a day.

    Raises:
        PayloadError: No day.
    """
    return _day(day, name)[0].year


def _day(value: object, name: str) -> tuple[date, str | None]:
    """Read a day, and what stands behind it."""
    expected = f"{name} as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026)"
    text = value.strip().casefold() if isinstance(value, str) else ""
    match = _ISO_DAY.fullmatch(text) or _WRITTEN_DAY.fullmatch(text)
    if match is None:
        raise PayloadError(expected, found(value))
    year, month, day = match.group("year", "month", "day")
    try:
        return date(int(year), int(month) if month.isdigit() else _MONTHS[month], int(day)), match["rest"] or None
    except (ValueError, KeyError) as error:
        raise PayloadError(expected, found(value)) from error


def _clock(value: object, name: str) -> time:
    if value is None:
        return time()
    expected = f"{name} as a time of day (14:05 or 14.05)"
    match = _CLOCK.fullmatch(value.strip().casefold() if isinstance(value, str) else "")
    if match is None:
        raise PayloadError(expected, found(value))
    hour, minute, second = match.groups(default="0")
    try:
        return time(int(hour), int(minute), int(second))
    except ValueError as error:
        raise PayloadError(expected, found(value)) from error
