"""Meta's Graph API, as Facebook and Instagram share it: edges turned page by page by their cursors.

Belongs here: paging and the errors of the Graph API. Does not belong here: what a post or comment is (facebook.py,
instagram.py).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assets.sources.records import Delivery, PayloadError, Window
from assets.sources.transport import AGAIN, SourceError, Transport
from assets.sources.wire import read_time

PAGE_SIZE = "100"


def edge(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Turn the pages of an edge until one says that none follows.

    Only the cursor is taken from an answer: its `next` link repeats the credential in its query.

    Raises:
        SourceError: No answer, an error in place of one, or a cursor that comes twice.
    """
    seen: set[str] = set()
    after: dict[str, str] = {}
    while True:
        document = transport.get_json(path, {**params, "limit": PAGE_SIZE, **after})
        nodes = document.get("data") if isinstance(document, dict) else None
        if not isinstance(nodes, list):
            raise SourceError(f"expected a page of {path}, found {_describe(document)}; {AGAIN}")
        yield [node for node in nodes if isinstance(node, dict)]
        cursor = cursor_of(document)
        if cursor is None:
            return
        if cursor in seen:
            raise SourceError(f"expected a new page of {path}, found the cursor of one that came before; {AGAIN}")
        seen.add(cursor)
        after = {"after": cursor}


def cursor_of(page: object) -> str | None:
    """Cursor of the page that follows; None behind the last."""
    paging = page.get("paging") if isinstance(page, dict) else None
    if not isinstance(paging, dict) or "next" not in paging:
        return None
    after = paging.get("cursors", {}).get("after")
    if not isinstance(after, str):
        raise SourceError(f"expected a cursor beside the link to the next page, found none; {AGAIN}")
    return after


def delivery(origin: str, nodes: list[dict[str, Any]]) -> Delivery:
    """Deliver nodes as a Graph API answer without its links."""
    content = json.dumps({"data": nodes}, ensure_ascii=False).encode()
    return Delivery(origin, lambda: content)


def within(window: Window, nodes: Iterable[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """Keep the nodes of a window, by the field that says when each was written; without it one is of every window."""

    def is_within(node: Mapping[str, Any]) -> bool:
        try:
            return window.start <= read_time(node.get(field), field) < window.end
        except PayloadError:
            return True

    return [node for node in nodes if is_within(node)]


def _describe(document: object) -> str:
    error = document.get("error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return f"an error of the Graph API with code {code}" if isinstance(code, int) else "no page of the Graph API"
