"""What an address of a list gives, and which of several is asked.

Belongs here: addresses as portals publish them. Does not belong here: asking (cctv/wire.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assets.cctv.camera_list import KIND_OF_SCHEME, SCHEMES
from assets.cctv.importing.addresses import Address, Role
from assets.cctv.importing.hidden import Hidden
from assets.cctv.reach import is_public, literal

_VIDEO_PAGES = (
    "youtube.com", "youtu.be", "youtube-nocookie.com", "facebook.com", "fb.watch", "instagram.com", "tiktok.com",
    "vimeo.com", "dailymotion.com", "twitch.tv", "earthcam.com",
)  # fmt: skip
_STILL = re.compile(r"\.(?:jpe?g|png)$|/(?:snapshot|snap)(?:\.cgi)?$", re.IGNORECASE)
_MJPEG = re.compile(r"\.mjpe?g$|action=stream|/(?:video|mjpeg|axis-cgi/mjpg/video)\.cgi", re.IGNORECASE)
_NOT_READ = {".flv": "FLV", ".mpd": "DASH", ".webm": "WebM"}
# A page of Flussonic's beside the playlist that it plays.
_EMBEDDED = re.compile(r"/embed\.html$")
_RANK = ("hls", "still", "mjpeg", "rtsp")
_DO = {Hidden.TOKEN: ", a secret that stops working; ask its owner for an open address"}


@dataclass(frozen=True, slots=True)
class Source:
    """How a camera can be asked.

    Attributes:
        kind: Key of SCHEMES; empty where it cannot.
        url: The address; empty where it cannot.
        doubt: What is doubtful about it, or why it cannot; names no address.
    """

    kind: str
    url: str
    doubt: str = ""


def best_source(addresses: Sequence[Address], left_out: Mapping[Hidden, int], said_kind: str | None) -> Source:
    """The address to ask of those that a record holds.

    An icon is never a camera's, and a picture of a page only where the record holds no other address.

    Args:
        addresses: All of them, none with a login or a token.
        left_out: How many were left out, by what they carry.
        said_kind: What the list calls the kind; None where it does not.

    Returns:
        One without an address, and without a doubt where the record holds none at all.
    """
    by_role = {role: [read_source(one.url, said_kind) for one in addresses if one.role is role] for role in Role}
    hidden = [f"{number} left out for the {what} in it{_DO.get(what, '')}" for what, number in left_out.items()]
    cameras, pictures = by_role[Role.CAMERA], by_role[Role.PICTURE]
    usable = [one for one in cameras if one.url]
    if not usable and not cameras and not hidden:
        usable = [_as_picture(one) for one in pictures if one.url]
        if not pictures:
            return Source("", "")
    if not usable:
        shown = ["a picture beside it, which may show anything"] if pictures and (cameras or hidden) else []
        reasons = dict.fromkeys([*(one.doubt for one in cameras or pictures), *hidden, *shown])
        return Source("", "", f"no address that can be asked: {'; '.join(filter(None, reasons))}")
    best = min(usable, key=lambda one: (bool(one.doubt), _RANK.index(one.kind)))
    doubts = [best.doubt, *(f"of its addresses {reason}" for reason in hidden)]
    rivals = {one.url for one in usable if (bool(one.doubt), one.kind) == (bool(best.doubt), best.kind)}
    if len(rivals) > 1:
        doubts.append(f"url: {len(rivals)} addresses of one kind, of which the first is taken")
    return Source(best.kind, best.url, "; ".join(filter(None, doubts)))


def _as_picture(source: Source) -> Source:
    doubt = source.doubt or "url: the address of a picture in the list, which may be of no camera"
    return Source(source.kind, source.url, doubt)


def read_source(address: str, said_kind: str | None = None) -> Source:
    """How an address can be asked.

    >>> read_source("https://a.id/live/1/index.m3u8").kind, read_source("https://www.youtube.com/embed/x").doubt
    ('hls', 'a page of youtube.com')
    """
    try:
        parts = urlsplit(address)
        host, port, scheme = (parts.hostname or "").rstrip("."), parts.port, parts.scheme.casefold()
    except ValueError:
        return Source("", "", "an address that cannot be read")
    if scheme not in ("http", "https", "rtsp", "rtsps") or not host or port == 0:
        return Source("", "", f"an address of {scheme}, not of http, https or rtsp")
    page = next((page for page in _VIDEO_PAGES if host == page or host.endswith(f".{page}")), None)
    if page:
        return Source("", "", f"a page of {page}")
    number = literal(host)
    if host == "localhost" or (number is not None and not is_public(number)):
        return Source("", "", "an address of a private network")
    unread = next((name for ending, name in _NOT_READ.items() if parts.path.casefold().endswith(ending)), None)
    if unread:
        return Source("", "", f"a stream of {unread}, which is not read")
    if scheme in KIND_OF_SCHEME:
        return Source(KIND_OF_SCHEME[scheme], address)
    return _of_web(address, parts.path, (said_kind or "").strip().casefold())


def _of_web(address: str, path: str, said_kind: str) -> Source:
    if ".m3u8" in path.casefold():
        return Source("hls", address)
    if _MJPEG.search(address):
        return Source("mjpeg", address)
    if _STILL.search(path):
        return Source("still", address)
    if said_kind in SCHEMES and "http" in SCHEMES[said_kind]:
        return Source(said_kind, address)
    if _EMBEDDED.search(path):
        playlist = urlsplit(address)._replace(path=_EMBEDDED.sub("/index.m3u8", path), query="", fragment="")
        return Source("hls", playlist.geturl(), "source_kind: the playlist beside an embedded page, which nobody tried")
    return Source("still", address, "source_kind: the address does not tell what it gives; taken for a still")
