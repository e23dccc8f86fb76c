"""Lists of objects in a document: an answer of an API, GeoJSON, an object that a page keeps.

Belongs here: where in a document the cameras lie. Does not belong here: reading its text (records.py, script.py), sites
with several cameras (sites.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.cctv.importing.addresses import ADDRESS, is_of_address
from assets.cctv.importing.texts import letters
from assets.cctv.importing.unread import Unread

# How deep in a document the list of cameras may lie: an answer's `data.items` is two.
MOST_LEVELS = 3


def lists_in(content: Any, name: str) -> dict[str, list[Any]]:
    """Its lists of objects by name, the outermost of each branch."""
    return dict(_lists(content, name, MOST_LEVELS))


def alone_in(content: Any) -> list[Any]:
    """Rows of an object that holds no list: addresses by their names, or one camera."""
    values = list(content.values()) if isinstance(content, Mapping) else []
    if len(values) > 1 and all(map(_is_address, values)) and not any(is_of_address(letters(key)) for key in content):
        return [{"name": key, "url": value} for key, value in content.items()]
    return [_unwrapped(content)] if any(map(_is_address, values)) else []


def lines_of(lines: Sequence[str]) -> list[Any] | None:
    """Objects that stand one a line; None where the first two lines are none."""
    rows: list[Any] = []
    for line in lines:
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            rows.append(Unread("expected an object in its line, found no JSON"))
        if len(rows) <= 2 and not isinstance(rows[-1], Mapping):
            return None
    return [_unwrapped(row) for row in rows] if len(rows) > 1 else None


def _lists(content: Any, name: str, levels: int) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(content, list):
        if any(isinstance(one, Mapping) for one in content):
            yield name, [_unwrapped(one) for one in content]
    elif isinstance(content, Mapping) and levels:
        keyed = _keyed(content)
        if keyed:
            yield name, keyed
            return
        for key, value in content.items():
            yield from _lists(value, f"{name}.{key}", levels - 1)


def _keyed(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Cameras that an object holds by their ids."""
    values = list(content.values())
    if (
        len(values) < 2
        or not all(isinstance(one, Mapping) for one in values)
        or not set.intersection(*map(set, values))
    ):
        return []
    has_cameras = any(_is_address(said) for one in values for said in one.values())
    return [{"id": key, **one} for key, one in content.items()] if has_cameras else []


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and bool(ADDRESS.fullmatch(value.strip()))


def _unwrapped(one: Any) -> Any:
    """A feature of GeoJSON and a resource of JSON:API as their properties, with their place and id."""
    for key in ("properties", "attributes"):
        inner = one.get(key) if isinstance(one, Mapping) else None
        if isinstance(inner, Mapping) and one.get("type"):
            outer = {name: one[name] for name in ("id", "geometry") if name in one}
            return {**outer, **inner}
    return one
