"""Live lists by page number: an app's reports, asked for page after page until an empty one.

Belongs here: turning the pages, and noticing one that is missing or comes twice.
Does not belong here: what a report is (the channel's module), how an address is asked (transport.py).

The window is asked for as `start` and `end`, and what a page holds beside it is left out: a source that does not
know these words gives the same records for the same window too.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from assets.clock import city_zone
from assets.sources.exports import delivered, without_secrets
from assets.sources.records import Delivery, PayloadError, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import SourceError, Transport
from assets.sources.wire import found, load_json, read_object

# What lists call the number of a page, of the last page and of all reports, beside the reports.
_NUMBER = ("page", "current_page")
_LAST = ("last_page", "total_pages")
_TOTAL = ("total",)


@dataclass(frozen=True)
class _Page:
    """One page; of the numbers beside its items None where the list does not give them."""

    items: list[Any]
    number: int | None
    last: int | None
    total: int | None

    @property
    def keys(self) -> tuple[str, ...]:
        """What names each item: its id where it has one."""
        return tuple(
            json.dumps(item.get("id", item) if isinstance(item, dict) else item, sort_keys=True) for item in self.items
        )


def items_of(content: bytes) -> list[Any]:
    """Read the reports of a page, of a list, or of one report.

    Raises:
        PayloadError: Something else.
    """
    document = load_json(content)
    return _items([document] if isinstance(document, dict) and "data" not in document else document)


def _items(document: object) -> list[Any]:
    items = document.get("data") if isinstance(document, dict) else document
    if not isinstance(items, list):
        raise PayloadError("data as a list of reports", found(items))
    return items


def fetch_pages(
    window: Window, source: HttpSource, moment: Callable[[Mapping[str, Any]], datetime]
) -> Iterator[Delivery]:
    """Fetch the reports of a window, page by page from 1.

    Args:
        window: The window.
        source: Where.
        moment: When a report was reported; raises `PayloadError` where it does not say.

    Raises:
        SourceError: No answer, no page, a page that comes twice, or one that is missing.
    """
    url = source.url or ""
    span = {name: at.astimezone(city_zone()).isoformat() for name, at in (("start", window.start), ("end", window.end))}
    asked = dict(parse_qsl(urlsplit(url).query))
    seen: set[tuple[str, ...]] = set()
    listed = 0
    with Transport(source) as transport:

        def turn_to(number: int) -> _Page:
            return _page(transport.get(url, {**asked, **span, "page": str(number)}))

        for number in count(1):
            where = f"{without_secrets(url)} {span['start']}/{span['end']} page {number}"
            try:
                page = turn_to(number)
                if page.number not in (None, number):
                    raise PayloadError("this page", f"page {page.number}")
                if page.keys in seen:
                    raise PayloadError("a new page", "one that came before")
                if not page.items:
                    beyond = turn_to(number + 1) if page.last is None and page.total is None else page
                    if beyond.items or listed < (page.total or 0) or 1 < number <= (page.last or 0):
                        raise PayloadError("reports up to the last page", "an empty page before it")
                    return
            except PayloadError as error:
                raise SourceError(f"{where}: {error}. Fetch the window again.") from error
            seen.add(page.keys)
            listed += len(page.items)
            reports = [item for item in page.items if _is_within(window, item, moment)]
            yield delivered(where, json.dumps({"data": reports}).encode())


def _page(content: bytes) -> _Page:
    document = load_json(content)
    beside = document if isinstance(document, dict) else {}
    return _Page(_items(document), *(_integer(beside, names) for names in (_NUMBER, _LAST, _TOTAL)))


def _integer(beside: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((beside[name] for name in names if isinstance(beside.get(name), int)), None)


def _is_within(window: Window, item: object, moment: Callable[[Mapping[str, Any]], datetime]) -> bool:
    """Say whether an item is of the window; what does not say when it was reported is of every window."""
    try:
        return window.start <= moment(read_object(item, "report")) < window.end
    except PayloadError:
        return True
