"""Tracking numbers: the city's prefix, the day, and the day's sequence, as citizens hold them.

Belongs here: writing, reading and finding numbers.
Does not belong here: who gets which number (ledger.py).
"""

import re
from datetime import date
from functools import cache

from assets.city import city

# Up to 8999 a number has four digits, behind it up to eight; no city has more reports in a day than this.
MOST_A_DAY = 998_999

# At least four digits; a fifth one at the front that is 0 would write a number a second way.
_NUMBER = re.compile(r"([A-Z]{2})(\d{6})(\d{4}|[1-9]\d{4,7})", re.IGNORECASE)


@cache
def number_as_written() -> re.Pattern[str]:
    """A number in a text: people write "JK2305290094", "jk 2305290094" and "JK-2305290094"; its digits are a group."""
    return re.compile(rf"(?<![0-9a-z]){city().number_prefix}[ .\-]?(\d{{10,15}})(?![0-9a-z])", re.IGNORECASE)


class TrackingNumberError(ValueError):
    """A text that is no tracking number, or a sequence that makes none."""


def format_number(day: date, sequence: int) -> str:
    """Write a number.

    Four digits, as the city has always written them, up to 8999. The number after that begins with a 9 and has two
    digits more, and so on: as text every number sorts behind the one issued before it and before the next day's, in
    SQL, in Excel and on paper, which "9999" and "10000" do not.

    Args:
        day: The city's day of the report.
        sequence: From 1 in the order of issue.

    Raises:
        TrackingNumberError: A sequence below 1 or above `MOST_A_DAY`, or a day outside 2000 to 2099.

    >>> format_number(date(2025, 3, 5), 7), format_number(date(2025, 3, 5), 8999)
    ('JK2503050007', 'JK2503058999')
    >>> format_number(date(2025, 3, 5), 9000), format_number(date(2025, 3, 5), 98_999)
    ('JK250305900000', 'JK250305989999')
    """
    if not 2000 <= day.year <= 2099:
        raise TrackingNumberError(f"expected a day of 2000 to 2099, found {day}")
    if not 1 <= sequence <= MOST_A_DAY:
        raise TrackingNumberError(f"expected a sequence of 1 to {MOST_A_DAY}, found {sequence}")
    rest, nines, digits = sequence, 0, 4
    while rest >= 9 * 10 ** (digits - 1):
        rest -= 9 * 10 ** (digits - 1)
        nines, digits = nines + 1, digits + 1
    return f"{city().number_prefix}{day:%y%m%d}{'9' * nines}{rest:0{digits}d}"


def parse_number(text: str) -> str:
    """Read a number, as this platform or the CRM before it issued it, and write it in capitals.

    Raises:
        TrackingNumberError: Not the city's prefix, a day that exists, and a sequence of four digits or more.

    >>> parse_number(" jk2503050007 ")
    'JK2503050007'
    """
    match = _NUMBER.fullmatch(text.strip())
    prefix = city().number_prefix
    if match is None or match[1].upper() != prefix:
        raise TrackingNumberError(f"expected {prefix}, YYMMDD and 4 digits or more, found {len(text)} characters")
    day, sequence = match[2], match[3]
    try:
        date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError as error:
        raise TrackingNumberError(f"expected a day as YYMMDD, found {day}") from error
    if int(sequence) == 0:
        raise TrackingNumberError("expected a sequence from 1, found 0")
    return text.strip().upper()


def is_number(text: str) -> bool:
    """Say whether a text is a tracking number.

    >>> is_number("JK2503050007"), is_number("JK2513050007"), is_number("EM231211BDKB")
    (True, False, False)
    """
    try:
        parse_number(text)
    except TrackingNumberError:
        return False
    return True


def quoted_numbers(text: str) -> tuple[str, ...]:
    """Find the numbers that a text quotes, each once, in the order of the text.

    >>> quoted_numbers("melanjutkan laporan jk 2305290094 dan JK2305290095.")
    ('JK2305290094', 'JK2305290095')
    """
    candidates = (f"{city().number_prefix}{match[1]}" for match in number_as_written().finditer(text))
    return tuple(dict.fromkeys(number for number in candidates if is_number(number)))
