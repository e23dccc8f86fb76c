"""Files of cameras to records, whatever wrote them.

Belongs here: telling the shapes of files apart. Does not belong here: reading each (document.py, script.py, dump.py,
table.py, playlist.py), what a field means (fields.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.cctv.camera_list import ListError
from assets.cctv.importing.addresses import ADDRESS
from assets.cctv.importing.document import alone_in, lines_of, lists_in
from assets.cctv.importing.dump import COPIED, STATEMENT, inserted
from assets.cctv.importing.hidden import hidden_in
from assets.cctv.importing.playlist import FIRST, playlist_rows
from assets.cctv.importing.script import script_lists
from assets.cctv.importing.table import is_table, looks_like_table, table_rows
from assets.cctv.importing.unread import Unread, no_object

MOST_BYTES = 64 * 1024 * 1024
_EXPECTED = "a list of cameras: JSON, JavaScript, SQL INSERT, M3U, CSV with a header, or one address a line"


@dataclass(frozen=True, slots=True)
class Records:
    """What a file holds.

    Attributes:
        shape: How it is written.
        rows: Its entries in their order, fields by name, or why an entry has none.
    """

    shape: str
    rows: tuple[Mapping[str, Any] | Unread, ...]


def read_records(path: Path, under: str | None = None) -> Records:
    """Read a file.

    Args:
        path: In UTF-8.
        under: Name of the list, variable or table that holds the cameras, where the file has several.

    Raises:
        ListError: It is of no shape that is known, or holds no list, or several and `under` names none of them.
    """
    shape, lists = _lists(_text_of(path))
    if not lists:
        found = f"no list of objects in {path.name}"
        raise ListError(_EXPECTED, found, "give each camera as an object or a row with the names of its fields")
    named = {name: rows for name, rows in lists.items() if under in (None, name, name.rpartition(".")[2])}
    if under in named:
        named = {str(under): named[str(under)]}
    if len(named) != 1:
        names = ", ".join(sorted(name for name in lists if not hidden_in(name)))
        raise ListError(f"one list of cameras in {path.name}", names, "name one of them by --under")
    [rows] = named.values()
    return Records(shape, tuple(row if isinstance(row, Mapping) else no_object(row) for row in rows))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ListError(_EXPECTED, f"over {MOST_BYTES // 2**20} MB", "split the file")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(_EXPECTED, type(error).__name__, "check the path and that it is UTF-8") from error


def _lists(text: str) -> tuple[str, Mapping[str, Sequence[Any]]]:
    """The shape of a text and the lists that it holds, by name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ListError(_EXPECTED, "an empty file", "check the path")
    if lines[0].upper().startswith(FIRST):
        return "M3U", {"list": playlist_rows(text)}
    if all(ADDRESS.fullmatch(line) for line in lines):
        return "addresses", {"list": [{"url": line} for line in lines]}
    if COPIED.search(text):
        raise ListError(_EXPECTED, "COPY of PostgreSQL", "export it with INSERTs: pg_dump --column-inserts")
    if STATEMENT.search(text):
        return "SQL", inserted(text)
    if lines[0][0] in "[{":
        return _document(text, lines)
    if is_table(text):
        return "CSV", {"list": table_rows(text)}
    lists = script_lists(text)
    if lists or not looks_like_table(text):
        return "JavaScript", lists
    return "CSV", {"list": table_rows(text)}


def _document(text: str, lines: Sequence[str]) -> tuple[str, Mapping[str, Sequence[Any]]]:
    """Lists of JSON, of objects that stand one a line, or of JavaScript without a name."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        rows = lines_of(lines)
        return ("JSON", {"list": rows}) if rows else ("JavaScript", script_lists(text))
    lists = lists_in(content, "list")
    alone = [] if lists else alone_in(content)
    return "JSON", {"list": alone} if alone else lists
