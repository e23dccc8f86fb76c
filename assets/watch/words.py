"""What is told of incidents, in words for somebody who is woken by them.

Belongs here: the text of a message. Does not belong here: the ways it leaves by (telling.py).
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from assets.clock import city_zone, zone_name
from assets.watch.incidents import Booked

# A line that a telephone shows whole.
_FIRST_LINE = 120
_EVIDENCE = 600
# An error may quote the record that it met, and a message leaves the house.
_ADDRESS = re.compile(r"\S+@\S+")
# Seven digits in a row, or a telephone number in groups; no date.
_NUMBER = re.compile(r"\+\d[\d -]{5,}\d|\b0\d{2,3}[ -]\d{3,4}[ -]\d{3,}|\d{7,}")


@dataclass(frozen=True)
class Message:
    """What is handed over.

    Attributes:
        first_line: Says it all.
        text: All of it, the first line too.
        identity: The same for the same news, so that a reader's server can tell it from a second one.
    """

    first_line: str
    text: str
    identity: str


def message(due: Sequence[Booked], readers: str, ui_url: str | None, now: datetime) -> Message:
    """Write one message on all that is due.

    Args:
        due: What broke, then what is over.
        readers: What people read meanwhile.
        ui_url: Of the Dagster UI; None where nobody named it.
        now: When.
    """
    broken = [one.incident.title for one in due if one.closed_at is None]
    over = [one.incident.title for one in due if one.closed_at is not None]
    told = [f"{word}: {'; '.join(titles)}" for word, titles in (("Broken", broken), ("Over", over)) if titles]
    first = " ".join(" | ".join(told).split())
    if len(first) > _FIRST_LINE:
        if len(due) > 1:
            first = f"{len(broken)} broken, {len(over)} over: {' '.join('; '.join(broken + over).split())}"
        first = first[: _FIRST_LINE - 1] + "…"
    parts = [_part(one, ui_url, now) for one in due]
    foot = f"Readers see {'meanwhile' if broken else 'now'} {readers}.\nTold by {socket.gethostname()} at {clock(now)}."
    news = " ".join(f"{one.incident.key} {one.incident.since.timestamp()} {one.closed_at is None}" for one in due)
    return Message(first, "\n\n".join([first, *parts, foot]) + "\n", sha256(news.encode()).hexdigest()[:32])


def clock(moment: datetime) -> str:
    """A moment on the city's clock."""
    return f"{moment.astimezone(city_zone()):%Y-%m-%d %H:%M} {zone_name()}"


def lasted(time: timedelta) -> str:
    """A time as a person says it.

    >>> lasted(timedelta(minutes=7)), lasted(timedelta(hours=5, minutes=10)), lasted(timedelta(days=3, hours=2))
    ('7 min', '5 h 10 min', '3 d 2 h')
    """
    minutes = max(0, int(time / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{time.days} d {minutes // 60 % 24} h"


def shown(text: str) -> str:
    """Evidence as it may leave the house: cut, without addresses and long numbers.

    >>> shown("(contact)=( budi@mail.example, +62 812-0000-0001, 0812-0000-0001) as of 2026-03-02 10:30")
    '(contact)=( … …, …) as of 2026-03-02 10:30'
    """
    masked = _NUMBER.sub("…", _ADDRESS.sub("…", " ".join(text.split())))
    return masked if len(masked) <= _EVIDENCE else f"{masked[:_EVIDENCE]}…"


def _part(one: Booked, ui_url: str | None, now: datetime) -> str:
    incident = one.incident
    if one.closed_at is not None:
        time = lasted(one.closed_at - incident.since)
        return f"{incident.title}\n  over since  {clock(one.closed_at)}, it lasted {time}"
    lines = [
        incident.title,
        f"  since       {clock(incident.since)} ({lasted(now - incident.since)})",
        f"  found       {shown(incident.found)}",
        f"  to do       {incident.todo}",
    ]
    if ui_url:
        lines.append(f"  look        {ui_url.rstrip('/')}/{incident.path}")
    return "\n".join(lines)
