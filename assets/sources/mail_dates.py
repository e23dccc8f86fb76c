"""Moments as mail programs and feeds write them, in English and in Indonesian.

Belongs here: reading one such moment. Does not belong here: which field counts (complaints/channels/), days of exports
and desks (local_time.py).

feedparser and Python's own reader take "20:00 WIB" for 20:00 UTC without a sign, so neither is asked.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from assets.clock import city_zone
from assets.sources.local_clock import ZONES
from assets.sources.local_time import MONTHS

# A clock that was never set says 1970 or 1980; nobody mailed a complaint before this.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_ZONES = {**ZONES, "ut": UTC}

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_REST = rf"(?:[\s,t]+(?:pukul|jam|at|[-|])?\s*{_CLOCK})?\s*(?P<zone>.*)"
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_REST}")
# A day of the week says nothing that the day does not.
_WRITTEN = re.compile(
    rf"(?:[^\W\d]+[.'’`]?[^\W\d]*[.,]*\s+)?(?P<day>\d{{1,2}})[\s./-]+(?P<month>\d{{1,2}}|[^\W\d]{{3,}})[\s./,-]+"
    rf"(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
# C's asctime and date, with or without a zone before the year; and as Americans write.
_ASCTIME = re.compile(
    rf"[^\W\d]+ (?P<month>[^\W\d]{{3,}}) (?P<day>\d{{1,2}}) {_CLOCK} (?P<zone>(?:[a-z]+ )?)(?P<year>\d{{4}})"
)
_MONTH_FIRST = re.compile(rf"(?P<month>[^\W\d]{{3,}}) (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_REST}")
_FORMS = (_ISO, _WRITTEN, _ASCTIME, _MONTH_FIRST)
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s*([+-])(\d{1,2})(?:[:.]?(\d{2}))?(?:\s*[a-z]*)?")
_COMMENT = re.compile(r"\([^()]*\)")
_MOST_CHARACTERS = 100


def mail_moment(text: str) -> datetime | None:
    """Read a moment of a mail or a feed; None where the text is none, or one before `EARLIEST`.

    A moment without a zone, or with a zone that nobody knows, is the city's own.

    Returns:
        The moment in UTC.

    >>> mail_moment("Jum'at, 27 Nopember 2026 20.00 WIB").isoformat()
    '2026-11-27T13:00:00+00:00'
    >>> mail_moment("Fri, 27 Nov 2026 08:00:00 -0000").isoformat()
    '2026-11-27T08:00:00+00:00'
    >>> mail_moment("kemarin")
    """
    written = " ".join(_COMMENT.sub(" ", text[:_MOST_CHARACTERS]).casefold().split())
    try:
        moment = _read(written)
    except (ValueError, OverflowError, LookupError, TypeError):
        return None
    return moment if moment >= EARLIEST else None


def _read(text: str) -> datetime:
    match = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if match is None:
        # The forms of ISO 8601 without separators.
        compact = datetime.fromisoformat(text.upper())
        return compact.replace(tzinfo=compact.tzinfo or city_zone()).astimezone(UTC)
    year, month = int(match["year"]), match["month"]
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    return datetime(
        year if year > 99 else year + (2000 if year < 70 else 1900),
        int(month) if month.isdigit() else MONTHS[month[:3]],
        int(match["day"]),
        hour,
        int(match["minute"] or 0),
        min(59, int(match["second"] or 0)),
        tzinfo=_zone(match["zone"].strip()),
    ).astimezone(UTC)


def _zone(text: str) -> tzinfo:
    first = text.partition(" ")[0].strip(".,")
    if first in _ZONES:
        return _ZONES[first]
    if match := _OFFSET.fullmatch(text):
        offset = timedelta(hours=int(match[2][:2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset)
    if text:
        # The zones of North America, which RFC 822 names.
        parts = parsedate_tz(f"1 Jan 2000 00:00:00 {text}")
        if parts is not None and parts[9]:
            return timezone(timedelta(seconds=parts[9]))
    return city_zone()
