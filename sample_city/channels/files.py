"""How landing files are made of items, for the channels that share a way.

Belongs here: pages of JSON with webhooks beside them, and bodies that lost their id.
Does not belong here: tables (tables.py), a way of one channel (its module).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sample_city.channels.channel import File, Packer
from sample_city.model import Item

# Pages shift while they are read: a page repeats the last reports of the one before.
_REPEATED_BY_A_PAGE = 2


def pages(size: int, wrap: Callable[[list[Any]], Any] | None = None, prefix: str = "") -> Packer:
    """Pack items that are asked for into pages, and those that are pushed into a file each.

    Args:
        size: Items of a page, without those that it repeats.
        wrap: Bodies to the document of a page; None for `{"data": [...]}`.
        prefix: Of the names of the pages.
    """

    def pack(day: date, items: Sequence[Item]) -> Iterator[File]:
        bodies = [item.body for item in items if not item.is_pushed]
        for start in range(0, len(bodies), size):
            yield File(
                f"{prefix}{day:%Y-%m-%d}-{start // size + 1:02d}.json",
                bodies[max(start - _REPEATED_BY_A_PAGE, 0) : start + size],
                lambda of_page: as_json((wrap or _data)(of_page)),
                lambda number: f"/data/{number}",
            )
        for number, item in enumerate(item for item in items if item.is_pushed):
            name = f"webhook-{item.at:%Y-%m-%dT%H-%M-%S}-{number:03d}.json"
            yield File(name, [item.body], lambda of_one: as_json(of_one[0]))

    return pack


def as_json(document: Any) -> bytes:
    """A document as JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False).encode()


def without(*fields: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A body to the same without what names it."""
    return lambda body: {name: value for name, value in body.items() if name not in fields}


def _data(bodies: list[Any]) -> dict[str, Any]:
    return {"data": bodies}
