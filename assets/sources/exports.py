"""Live exports: files that a system writes anew for every span of days that it is asked for.

Belongs here: which addresses a window has, and that an answer is an export at all.
Does not belong here: what stands in an export (the channel's module), how an address is asked (transport.py).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta, tzinfo
from urllib.parse import urlsplit

from assets.clock import city_zone
from assets.sources.records import Delivery, Noted, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import SourceError, Transport

Split = Callable[[bytes, str], Sequence[Record | Unreadable | Noted]]


def fetch_export(window: Window, source: HttpSource, split: Split, zone: tzinfo | None = None) -> Iterator[Delivery]:
    """Fetch the export of a window, once for each of its days where the address names the day.

    An export holds whole days. What of them lies outside the window is in the export of the next window too, and
    is the same record.

    Args:
        window: The window.
        source: Where; `{day}`, or `{start}` and `{end}`, in its URL are days in ISO 8601.
        split: Of the channel.
        zone: Of the days by which the system exports; the city's where none is given.

    Raises:
        SourceError: No answer, or one that is no such export: a page that asks for a login, or half a workbook.
    """
    template = source.url or ""
    with Transport(source) as transport:
        for first, last in _spans(window, template, zone):
            url = template.replace("{day}", str(first)).replace("{start}", str(first)).replace("{end}", str(last))
            origin = f"{without_secrets(url)} {first}/{last}"
            yield whole(origin, transport.get(url), split)


def whole(origin: str, content: bytes, split: Split) -> Delivery:
    """Make a delivery of an answer that is what its channel reads.

    Raises:
        SourceError: It is something else as a whole.
    """
    match split(content, origin):
        case [Unreadable(origin=where, reason=reason)] if where == origin:
            raise SourceError(f"{origin}: {reason}. Look at what the address answers.")
    return delivered(origin, content)


def delivered(origin: str, content: bytes) -> Delivery:
    """Make a delivery of bytes that are here already."""
    return Delivery(origin, lambda: content)


def without_secrets(url: str) -> str:
    """Cut a URL to what may be logged.

    >>> without_secrets("https://rini:kunci@example.org:8443/ekspor.csv?key=rahasia")
    'https://example.org:8443/ekspor.csv'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _spans(window: Window, template: str, zone: tzinfo | None) -> list[tuple[date, date]]:
    """List the first and last day of each export of a window."""
    zone = zone or city_zone()
    first = window.start.astimezone(zone).date()
    last = (window.end - timedelta.resolution).astimezone(zone).date()
    if "{day}" not in template:
        return [(first, last)]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, day) for day in days]
