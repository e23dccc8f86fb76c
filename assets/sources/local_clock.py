"""The time of day as desks and spreadsheets write it in Indonesia.

Belongs here: reading a clock, and the zone that it names. Does not belong here: days (local_time.py).
"""

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

from assets.sources.records import PayloadError
from assets.sources.wire import found

ZONES: dict[str, tzinfo] = {
    "wib": timezone(timedelta(hours=7), "WIB"),
    "wita": timezone(timedelta(hours=8), "WITA"),
    "wit": timezone(timedelta(hours=9), "WIT"),
    "utc": UTC,
    "gmt": UTC,
    "z": UTC,
}

_PLAIN = re.compile(r"(\d\d)[:.](\d\d)(?:[:.](\d\d))?")
# As little as there is: of two clocks the first counts.
_BEFORE = r"(?:.*?[t ])??"
_PART = r"(?P<part>[ap]\.?m\.?|pagi|siang|sore|petang|malam|dini hari)"
_ZONE = r"(?P<zone>wib|wita|wit|utc|gmt|z)?(?:(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)?"
_BEHIND = rf"(?: *{_PART})?(?: *\(?{_ZONE}\)?)?"
# "08.05 - 09.00": the desk wrote how long it took, and the report came at the beginning.
_UNTIL = r"(?: *(?:-|–|—|s/d|sd|s\.d\.?|sampai|hingga|to) *\S.*)?\.?"
_WITH_MINUTES = re.compile(
    rf"{_BEFORE}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}})(?:[.,]\d+)?)?|"
    rf"[.,](?P<tenth>\d)(?!\d)|,(?P<comma>\d\d)(?!\d)){_BEHIND}{_UNTIL}"
)
_HOUR_ALONE = re.compile(rf"(?:[^\d]*(?:pukul|jam|pkl\.?) *)?(?P<hour>\d{{1,2}}){_BEHIND}{_UNTIL}")
_FOUR_FIGURES = re.compile(rf"(?P<hour>\d\d)(?P<minute>\d\d){_BEHIND}")
_SHARE = re.compile(r"0[.,]\d+|\d{5}[.,]\d+")
_APART = re.compile(r"(?<=\d)(?: +([:.]) *| *([:.]) +|;)(?=\d\d)")
# Longer is no clock, and costs time to find out.
_LONGEST = 100


def read_clock(value: object, name: str) -> tuple[time, tzinfo | None]:
    """Read a time of day.

    Args:
        value: 14:05, 14.05 WIB, 2:05 PM, pukul 8, 8 malam, 08.05 - 09.00 (the first counts); or a number, as Excel has
            it: 8.05 is five past eight, a share of a day below 1 a time.
        name: Name of the column, for the error.

    Returns:
        The time, and the zone that it names; None for none.

    Raises:
        PayloadError: No time of day.

    >>> read_clock("14.05 WITA", "Jam")[0], read_clock(8.3, "Jam")[0], read_clock(0.25, "Jam")[0]
    (datetime.time(14, 5), datetime.time(8, 30), datetime.time(6, 0))
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _of_number(value), None
        text = value.strip().casefold() if isinstance(value, str) and len(value) <= _LONGEST else ""
        if plain := _PLAIN.fullmatch(text):
            hour, minute, second = plain.groups(default="0")
            return time(int(hour), int(minute), int(second)), None
        text = _APART.sub(lambda match: match[1] or match[2] or ":", text)
        if _SHARE.fullmatch(text):
            return clock_of_day_share(float(text.replace(",", ".")) % 1), None
        match = _WITH_MINUTES.fullmatch(text) or _HOUR_ALONE.fullmatch(text) or _FOUR_FIGURES.fullmatch(text)
        if match is not None:
            return _of_match(match.groupdict())
    except ValueError as error:
        raise _no_clock(value, name) from error
    raise _no_clock(value, name)


def clock_of_day_share(share: float) -> time:
    """Read a share of a day, to the second; what rounds to the next day is its last second.

    >>> clock_of_day_share(0.336805555)
    datetime.time(8, 5)
    """
    seconds = min(round(share * 86_400), 86_399)
    return (datetime.min + timedelta(seconds=seconds)).time()  # noqa: DTZ901 - a clock, no day.


def _of_number(number: float) -> time:
    """Read a number: a share of a day, a moment of Excel's, or a clock whose point Excel took for a decimal one."""
    if 0 < number < 1 or 20_000 <= number <= 60_000:
        return clock_of_day_share(number % 1)
    if not 0 <= number < 24:
        raise ValueError("no hour")
    hour, minute = f"{number:.2f}".split(".")
    return time(int(hour), int(minute))


def _of_match(parts: dict[str, str | None]) -> tuple[time, tzinfo | None]:
    # "8.3" is what is left of 8.30 where a spreadsheet took it for a number.
    minute = parts.get("minute") or parts.get("comma") or f"{parts.get('tenth') or 0}0"
    hour = _hour(int(parts["hour"] or 0), (parts["part"] or "").replace(".", ""))
    return time(hour, int(minute), int(parts.get("second") or 0)), _zone(parts)


def _hour(hour: int, part: str) -> int:
    """Count an hour from midnight, by the part of the day that is named with it."""
    match part:
        case "am" | "pagi" | "dini hari" if hour == 12:
            return 0
        case "pm" | "sore" | "petang" if hour < 12:
            return hour + 12
        case "siang" if hour < 7:
            return hour + 12
        case "malam" if 6 <= hour <= 12:
            return (hour + 12) % 24
        case _:
            return hour


def _zone(parts: dict[str, str | None]) -> tzinfo | None:
    if parts["sign"] is None:
        return ZONES[parts["zone"]] if parts["zone"] else None
    offset = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
    return timezone(-offset if parts["sign"] == "-" else offset)


def _no_clock(value: object, name: str) -> PayloadError:
    return PayloadError(f"{name} as a time of day (14:05 or 14.05)", found(value))
