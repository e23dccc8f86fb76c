"""Files of one JSON document a line, as streams and webhooks are often saved.

Belongs here: telling them from one document, and reading them line by line. Does not belong here: what a document says.
"""

import json
from collections.abc import Callable
from functools import wraps

from assets.sources.records import Record, Unreadable

Split = Callable[[bytes, str], list[Record | Unreadable]]


def line_by_line(split: Split) -> Split:
    """Have a `split` of one JSON document also read a file of one document a line, each for itself.

    A line that cannot be read costs itself only; blank lines, which keep a stream open, are none.
    """

    @wraps(split)
    def read(content: bytes, origin: str) -> list[Record | Unreadable]:
        lines = _lines(content)
        if len(lines) < 2:
            return split(content, origin)
        return [entry for number, line in lines for entry in split(line, f"{origin}#line {number}")]

    return read


def _lines(content: bytes) -> list[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers from 1, where the first is a document; none of one document."""
    first, _, rest = content.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.strip() or not _is_document(first):
        return []
    return [(number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip()]


def _is_document(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
