"""Files of cameras to records, whatever wrote them.

Belongs here: the shapes of files, each read by a parser of its language. Does not belong here: what a field means
(fields.py).
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.cctv.camera_list import ListError
from assets.cctv.importing.source import ADDRESS

MOST_BYTES = 64 * 1024 * 1024
# How deep in a document the list of cameras may lie: an answer's `data.items` is two.
MOST_LEVELS = 3

_ASSIGNED = re.compile(r"(?:(?:const|let|var)\s+|window\.)?([\w$.]+)\s*[=:]\s*(?=[\[{])")
_INSERT = re.compile(r"^\s*INSERT\s+INTO\b", re.IGNORECASE | re.MULTILINE)
_EXPECTED = "a list of cameras: JSON, JavaScript, SQL INSERT, M3U, CSV with a header, or one address a line"


@dataclass(frozen=True, slots=True)
class Records:
    """What a file holds.

    Attributes:
        shape: How it is written.
        rows: Its entries in their order, fields by name; what is no object is an empty one.
    """

    shape: str
    rows: tuple[Mapping[str, Any], ...]


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
        raise ListError(f"a list of cameras in {path.name}", f"{shape} without a list of objects", "get the whole file")
    named = {name: rows for name, rows in lists.items() if under is None or name.rpartition(".")[2] == under}
    if len(named) != 1:
        names = ", ".join(sorted(lists)) or "none"
        raise ListError(f"one list of cameras in {path.name}", f"{names}", "name one of them by --under")
    [rows] = named.values()
    return Records(shape, tuple(row if isinstance(row, Mapping) else {} for row in rows))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ListError(_EXPECTED, f"over {MOST_BYTES // 2**20} MB", "split the file")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(_EXPECTED, type(error).__name__, "check the path and that it is UTF-8") from error


def _lists(text: str) -> tuple[str, dict[str, Sequence[Any]]]:
    """The shape of a text and the lists that it holds, by name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ListError(_EXPECTED, "an empty file", "check the path")
    if lines[0].startswith("#EXTM3U"):
        return "M3U", {"list": _playlist(text)}
    if all(ADDRESS.fullmatch(line) for line in lines):
        return "addresses", {"list": [{"url": line} for line in lines]}
    if _INSERT.search(text):
        return "SQL", _inserted(text)
    if lines[0][0] in "[{":
        try:
            return "JSON", dict(_in_document(json.loads(text), "list", MOST_LEVELS))
        except (ValueError, RecursionError):
            return "JavaScript", dict(_in_script(text, 0, "list"))
    assigned = [(found.end(), found[1]) for found in _ASSIGNED.finditer(text)]
    if assigned:
        return "JavaScript", _in_assignments(text, assigned)
    if "," in lines[0] or ";" in lines[0]:
        delimiter = "," if lines[0].count(",") >= lines[0].count(";") else ";"
        return "CSV", {"list": list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))}
    raise ListError(_EXPECTED, "another text", "ask its owner for one of them")


def _in_document(content: Any, name: str, levels: int) -> Iterator[tuple[str, Sequence[Any]]]:
    """The lists of objects in a document, the outermost of each branch."""
    if isinstance(content, list):
        if any(isinstance(one, Mapping) for one in content):
            yield name, [_unwrapped(one) for one in content]
    elif isinstance(content, Mapping) and levels:
        for key, value in content.items():
            yield from _in_document(value, f"{name}.{key}", levels - 1)


def _unwrapped(one: Any) -> Any:
    """A feature of GeoJSON and a resource of JSON:API as their properties, with their place and id."""
    for key in ("properties", "attributes"):
        inner = one.get(key) if isinstance(one, Mapping) else None
        if isinstance(inner, Mapping) and one.get("type"):
            outer = {name: one[name] for name in ("id", "geometry") if name in one}
            return {**outer, **inner}
    return one


def _in_assignments(text: str, assigned: Sequence[tuple[int, str]]) -> dict[str, Sequence[Any]]:
    lists: dict[str, Sequence[Any]] = {}
    done = 0
    for start, name in assigned:
        if start < done:
            continue
        value, done = _script_value(text, start)
        lists.update(_in_document(value, name, MOST_LEVELS))
    return lists


def _in_script(text: str, start: int, name: str) -> Iterator[tuple[str, Sequence[Any]]]:
    value, _ = _script_value(text, start)
    if value is None:
        raise ListError(_EXPECTED, "JSON or JavaScript that breaks off", "get the whole file")
    yield from _in_document(value, name, MOST_LEVELS)


def _script_value(text: str, start: int) -> tuple[Any, int]:
    """The literal that stands there and where it ends; None for one that is none."""
    import json5

    try:
        value, _, end = json5.parse(text, start=start, consume_trailing=False)
    except (ValueError, RecursionError):
        return None, start
    return value, max(end, start)


def _inserted(text: str) -> dict[str, Sequence[Any]]:
    """Rows by table of the INSERTs of a dump; a value that is no literal is None."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(text, dialect="mysql")
    except SqlglotError as error:
        raise ListError(_EXPECTED, "SQL that cannot be read", "give the INSERT statements alone") from error
    tables: dict[str, list[Any]] = {}
    for statement in statements:
        if not isinstance(statement, exp.Insert) or not isinstance(statement.this, exp.Schema):
            continue
        columns = [column.name for column in statement.this.expressions]
        values = statement.expression
        rows = tables.setdefault(statement.this.this.name, [])
        for row in values.expressions if isinstance(values, exp.Values) else ():
            rows.append(dict(zip(columns, map(_literal, row.expressions), strict=False)))
    return {name: rows for name, rows in tables.items() if rows}


def _literal(value: Any) -> str | None:
    from sqlglot import exp

    if isinstance(value, exp.Literal):
        return str(value.this)
    if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal):
        return f"-{value.this.this}"
    if isinstance(value, exp.Boolean):
        return "1" if value.this else "0"
    return None


def _playlist(text: str) -> list[Mapping[str, Any]]:
    """The entries of a player's list."""
    import m3u8

    return [{"name": one.title or "", "url": one.uri} for one in m3u8.loads(text).segments]
