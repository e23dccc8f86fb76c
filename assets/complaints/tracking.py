"""Tracking numbers: `JK`, the day, and the day's sequence, as citizens hold them.

Belongs here: writing, reading and finding numbers.
Does not belong here: who gets which number (ledger.py).
"""

import re
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"JK(\d{2})(\d{2})(\d{2})(\d{4,9})", re.IGNORECASE)
# People write "JK2305290094", "jk 2305290094" and "JK-2305290094".
_QUOTED = re.compile(r"(?<![0-9a-z])JK[ .\-]?(\d{10,15})(?![0-9a-z])", re.IGNORECASE)


class TrackingNumberError(ValueError):
    """A text that is no tracking number, or a sequence that makes none."""


@dataclass(frozen=True, order=True)
class TrackingNumber:
    """The day (WIB) and the sequence within it; sorts by time beyond 9,999 a day, where the text does not."""

    day: date
    sequence: int

    def __str__(self) -> str:
        return format_number(self.day, self.sequence)


def format_number(day: date, sequence: int) -> str:
    """Write a number.

    Args:
        day: The day (WIB) of the report.
        sequence: From 1; more than four digits beyond 9,999.

    Raises:
        TrackingNumberError: A sequence below 1 or above nine digits, or a day outside 2000 to 2099.

    >>> format_number(date(2025, 3, 5), 7), format_number(date(2025, 3, 5), 10000)
    ('JK2503050007', 'JK25030510000')
    """
    if not 1 <= sequence <= 999_999_999:
        raise TrackingNumberError(f"expected a sequence of 1 to 999999999, found {sequence}")
    if not 2000 <= day.year <= 2099:
        raise TrackingNumberError(f"expected a day of 2000 to 2099, found {day}")
    return f"JK{day:%y%m%d}{sequence:04d}"


def parse_number(text: str) -> TrackingNumber:
    """Read a number.

    Raises:
        TrackingNumberError: Not `JK`, a day that exists, and a sequence written as `format_number` does.

    >>> parse_number("JK2503050007")
    TrackingNumber(day=datetime.date(2025, 3, 5), sequence=7)
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise TrackingNumberError(f"expected JK, YYMMDD and 4 digits or more, found {len(text)} characters")
    year, month, day, sequence = match.groups()
    try:
        number = TrackingNumber(date(2000 + int(year), int(month), int(day)), int(sequence))
    except ValueError as error:
        raise TrackingNumberError(f"expected a day as YYMMDD, found {year}{month}{day}") from error
    # Two texts for one number would be two numbers to a citizen: JK250305000007 is not JK2503050007.
    if str(number) != text.strip().upper():
        raise TrackingNumberError(f"expected {number}, found {text.strip().upper()}")
    return number


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
    candidates = (f"JK{match[1]}" for match in _QUOTED.finditer(text))
    return tuple(dict.fromkeys(number for number in candidates if is_number(number)))
