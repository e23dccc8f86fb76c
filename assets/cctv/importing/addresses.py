"""Addresses in the fields of a record, and what each is for.

Belongs here: finding addresses in a text, and what a field's name says of one. Does not belong here: what an address
gives (source.py).
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

# The whole of a text that is an address.
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_NEXT = re.compile(r"(?:\s*[;,|]\s*|\s+)(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)
_EMBEDDED = re.compile(r"<(?:iframe|video|source|img)\b[^<>]*?\ssrc\s*=\s*[\"']?([^\"'<>\s]+)", re.IGNORECASE)
_STREAM = re.compile(r"\.m3u8|\.mjpe?g|^rtsps?:|action=stream", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|ico|bmp|avif)(?:[?#]|$)", re.IGNORECASE)
_RELATIVE = re.compile(r"\.{0,2}//?[^\s/]\S*|[\w.-]+(?::\d+)?/\S+|[\w./-]+\.m3u8(?:\?\S*)?", re.IGNORECASE)
_OF_ADDRESS = re.compile(r"url|link|stream|hls|m3u8|rtsp|mjpeg|embed|iframe|snapshot|src|source$|video|tautan")
# What a map draws a camera with, and what a page shows in its place until it plays.
_DRAWN = re.compile(r"icon|ikon|logo|marker|avatar|banner|sprite|^pin(?:url|image|img)?$")
_SHOWN = re.compile(r"thumb|poster|cover|foto|photo|gambar|picture|^image|^img|preview")
_DRAWN_FILE = re.compile(r"(?:^|[/_.-])(?:icons?|ikon|logo|markers?|pin|favicon)(?:[_.-][^/]*)?$", re.IGNORECASE)


class Role(Enum):
    """What an address is for."""

    CAMERA = auto()
    PICTURE = auto()
    ICON = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a record.

    Attributes:
        url: As the list writes it.
        role: What its field and its own name say that it is for.
    """

    url: str
    role: Role = Role.CAMERA


def addresses_in(text: str) -> list[str]:
    """The addresses of a field: one, several with something between them, or what a piece of a page embeds.

    >>> addresses_in("https://a.id/1.m3u8;https://a.id/2.m3u8"), addresses_in("lihat https://a.id")
    (['https://a.id/1.m3u8', 'https://a.id/2.m3u8'], [])
    """
    is_page = text.lstrip().startswith("<")
    parts = _EMBEDDED.findall(text) if is_page else _NEXT.split(" ".join(text.split()).replace("\\/", "/"))
    parts = [part.strip().rstrip(";,|").replace("&amp;", "&") for part in parts]
    return parts if all(ADDRESS.fullmatch(part) for part in parts) else []


def role_of(names: tuple[str, ...], url: str) -> Role:
    """What an address is for, by the names of its field and of the objects around it; a stream is always a camera's."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    if _STREAM.search(url) or path.endswith("/preview.jpg"):
        return Role.CAMERA
    if any(_DRAWN.search(name) for name in names) or (_IMAGE.search(url) and _DRAWN_FILE.search(path)):
        return Role.ICON
    return Role.PICTURE if any(_SHOWN.search(name) for name in names) else Role.CAMERA


@lru_cache(maxsize=4096)
def is_of_address(name: str) -> bool:
    """Whether a field of that name mostly holds an address."""
    return bool(_OF_ADDRESS.search(name))


def is_relative(name: str, text: str) -> bool:
    """Whether a text is an address without its host or scheme."""
    if "://" in text or not _RELATIVE.fullmatch(text):
        return False
    return is_of_address(name) or ".m3u8" in text.casefold()
