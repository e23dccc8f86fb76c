"""Numbers, days and hours as Indonesian readers write them.

Belongs here: formats of single values (decimal comma, month names, WIB hours).
Does not belong here: sentences (narrative.py) and layout (templates/).
"""

import math
from datetime import date, datetime, timedelta

from assets.clock import WIB

NOT_MEASURED = "–"
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def decimal(value: float | None, digits: int = 2) -> str:
    """Number with a decimal comma; a dash where nothing was measured.

    >>> decimal(0.05), decimal(1234.5, 1), decimal(None)
    ('0,05', '1.234,5', '–')
    """
    if value is None or math.isnan(value):
        return NOT_MEASURED
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def integer(value: int) -> str:
    """Whole number with a dot between thousands.

    >>> integer(7678)
    '7.678'
    """
    return f"{value:,}".replace(",", ".")


def percent(share: float | None) -> str:
    """Share in [0, 1] as whole percent; never rounds up to certainty or down to impossibility.

    >>> percent(0.834), percent(0.999), percent(0.001), percent(1.0)
    ('83%', '>99%', '<1%', '100%')
    """
    if share is None or math.isnan(share):
        return NOT_MEASURED
    if 0.995 <= share < 1:
        return ">99%"
    if 0 < share < 0.005:
        return "<1%"
    return f"{share * 100:.0f}%"


def day_name(day: date) -> str:
    """Name of the weekday.

    >>> day_name(date(2026, 10, 16))
    'Jumat'
    """
    return DAYS[day.weekday()]


def short_date(day: date) -> str:
    """Day and month.

    >>> short_date(date(2026, 8, 17))
    '17 Agustus'
    """
    return f"{day.day} {MONTHS[day.month - 1]}"


def long_date(day: date) -> str:
    """Weekday, day, month and year.

    >>> long_date(date(2026, 8, 17))
    'Senin, 17 Agustus 2026'
    """
    return f"{day_name(day)}, {short_date(day)} {day.year}"


def moment(instant: datetime) -> str:
    """Aware timestamp as date and time in WIB.

    >>> moment(datetime.fromisoformat("2026-10-08T23:05:00+00:00"))
    'Jumat, 9 Oktober 2026 pukul 06.05 WIB'
    """
    local = instant.astimezone(WIB)
    return f"{long_date(local.date())} pukul {local:%H.%M} WIB"


def date_range(first: date, last: date) -> str:
    """Both days included, without repeating the month or year that they share.

    >>> date_range(date(2026, 10, 12), date(2026, 10, 18))
    '12–18 Oktober 2026'
    >>> date_range(date(2026, 9, 28), date(2026, 10, 4))
    '28 September–4 Oktober 2026'
    >>> date_range(date(2026, 12, 28), date(2027, 1, 3))
    '28 Desember 2026–3 Januari 2027'
    """
    if first == last:
        return f"{short_date(first)} {first.year}"
    if first.year != last.year:
        return f"{short_date(first)} {first.year}–{short_date(last)} {last.year}"
    if first.month != last.month:
        return f"{short_date(first)}–{short_date(last)} {last.year}"
    return f"{first.day}–{short_date(last)} {last.year}"


def week_range(week_start: date) -> str:
    """The seven days from ``week_start``.

    >>> week_range(date(2026, 10, 12))
    '12–18 Oktober 2026'
    """
    return date_range(week_start, week_start + timedelta(days=6))


def period_range(start: datetime, end: datetime) -> str:
    """Days that a period touches; ``end`` itself lies outside.

    >>> period_range(datetime(2026, 10, 1, tzinfo=WIB), datetime(2026, 10, 8, tzinfo=WIB))
    '1–7 Oktober 2026'
    """
    last = end.astimezone(WIB) - timedelta(microseconds=1)
    return date_range(start.astimezone(WIB).date(), last.date())


def hour_range(start: datetime, end: datetime) -> str:
    """Hours in WIB; midnight at the end is 24.00, as timetables write it.

    >>> hour_range(datetime(2026, 10, 16, 16, tzinfo=WIB), datetime(2026, 10, 17, 0, tzinfo=WIB))
    '16.00–24.00'
    """
    return f"{start.astimezone(WIB):%H.%M}–{_closing_hour(end)}.00"


def short_hour_range(start: datetime, end: datetime) -> str:
    """Hours in WIB without minutes, for timetable cells.

    >>> short_hour_range(datetime(2026, 10, 16, 7, tzinfo=WIB), datetime(2026, 10, 16, 9, tzinfo=WIB))
    '07–09'
    """
    return f"{start.astimezone(WIB):%H}–{_closing_hour(end)}"


def _closing_hour(end: datetime) -> str:
    hour = end.astimezone(WIB).hour
    return f"{hour or 24:02d}"
