"""What stands in a list and cannot be read.

Belongs here: saying so of a row or of a field. Does not belong here: which parser could not read it.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unread:
    """A row or the value of a field that a list holds, and that says nothing by itself.

    Attributes:
        reason: What was expected and found; names no address.
    """

    reason: str


def no_object(found: Any) -> Unread:
    """An entry of a list that has no fields."""
    if isinstance(found, Unread):
        return found
    kind = {str: "a text", list: "a list", type(None): "nothing"}.get(type(found), "a single value")
    return Unread(f"expected an entry with fields, found {kind}")
