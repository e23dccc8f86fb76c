"""Header fields of a mail as text, and the people they name.

Belongs here: encoded words, raw bytes, addresses with their names.
Does not belong here: which field says who wrote a mail (mail_people.py).
"""

import binascii
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, unquote

from assets.sources.charsets import decode
from assets.sources.wire import storable

# What the standard library raises on broken mail, beyond its documented errors. CPython's parsers of headers
# and parameters index, unpack and decode what they find.
LIBRARY_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RecursionError,
    HeaderParseError, binascii.Error,
)  # fmt: skip

# "Contoh, Rini <rini@warga.example>": the comma of a name that nobody quoted.
_NAME_AND_ADDRESS = re.compile(r"([^<>@]*|[^<>,;]*)<\s*([^<>\s@]+@[^<>\s@]+)\s*>[^<>]*")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+")
# "Rini Contoh [mailto:rini@warga.example]", as Outlook writes an address that it quotes.
_NAME_AND_BRACKETS = re.compile(r"([^<>@\[\]]*)\[\s*(?:mailto:)?([^\[\]<>\s@]+@[^\[\]<>\s@]+)\s*\]")


@dataclass(frozen=True)
class Mailbox:
    """One address with the name before it; either may be empty."""

    name: str
    address: str


def header_text(message: Message, field: str) -> str:
    """The text of a field, its encoded words decoded; empty where there is none."""
    value = message.get(field)
    return "" if value is None else _decoded(value)


def mailboxes(message: Message, field: str) -> list[Mailbox]:
    """The addresses of all fields of a name.

    Addresses are told apart before words are decoded: an encoded word may hold a comma or an angle bracket.
    """
    found: list[Mailbox] = []
    for value in message.get_all(field, []):
        raw = value if isinstance(value, str) else _decoded(value)
        raw = " ".join(raw.split())
        boxes = [Mailbox(_decoded(unquote(name)), _bare(address)) for name, address in getaddresses([raw])]
        boxes = [box for box in boxes if box.name or box.address]
        # A name with an "@" that nobody quoted becomes an address.
        match = _NAME_AND_ADDRESS.fullmatch(raw) or _NAME_AND_BRACKETS.fullmatch(raw)
        is_other = match is not None and boxes != [] and boxes[0].address != _bare(match[2])
        if is_other or all("@" not in box.address for box in boxes) or not boxes[0].address.count("@"):
            boxes = _anyhow(raw) or _anyhow(_decoded(raw)) or boxes
        found += boxes
    return found


def _anyhow(raw: str) -> list[Mailbox]:
    """Read a field that no parser reads: a name with a comma, an address in a text."""
    if match := _NAME_AND_ADDRESS.fullmatch(raw) or _NAME_AND_BRACKETS.fullmatch(raw):
        return [Mailbox(_decoded(unquote(match[1].strip())), _bare(match[2]))]
    if match := _ADDRESS.search(raw):
        return [Mailbox("", _bare(match[0]))]
    return []


def _bare(address: str) -> str:
    return storable("".join(address.split())).strip("'\"").removeprefix("mailto:")


def _decoded(value: object) -> str:
    try:
        chunks = decode_header(value)  # type: ignore[arg-type]  # takes a Header too, the stubs know text alone
    except LIBRARY_ERRORS:
        chunks = [(str(value), None)]
    text = "".join(chunk if isinstance(chunk, str) else decode(chunk, charset) for chunk, charset in chunks)
    return " ".join(storable(text).split())
