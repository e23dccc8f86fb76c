"""Doubts about a camera that only show beside the others of its list.

Belongs here: what should be each camera's own. Does not belong here: what a row says by itself (listing.py).
"""

import hashlib
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from assets.cctv.camera_list import ListedCamera

_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
# Parameters by which a page asks anew for what is the same.
_ANEW = re.compile(r"(?:t|ts|time|timestamp|_|r|rnd|rand|random|cb|nocache|v)", re.IGNORECASE)


class Seen:
    """The rows so far, by what should be each camera's own."""

    def __init__(self) -> None:
        self._by: defaultdict[str, dict[Any, int]] = defaultdict(dict)

    def beside_others(self, camera: ListedCamera, row: int, *, has_name: bool) -> tuple[ListedCamera | None, list[str]]:
        """The camera with doubts that the rows before it cast, or None where one of them is the same camera."""
        doubts = []
        if camera.url:
            if (same := self._note("url", _same_url(camera.url), row)) is not None:
                return None, [f"url: the address of row {same} again"]
            if (same := self._note("stream", _stream(camera.url), row)) is not None:
                doubts.append(f"url: that of row {same} but for a parameter that mostly changes nothing")
        if (same := self._note("camera_id", camera.camera_id, row)) is not None:
            doubts.append(f"camera_id: {camera.camera_id!r} is that of row {same} too; a part of its own was added")
            camera = replace(camera, camera_id=self._own_id(camera, row))
        place = (camera.latitude, camera.longitude)
        if has_name and (same := self._note("name", camera.name.casefold(), row)) is not None:
            doubts.append(f"name: that of row {same} again")
        if camera.latitude is not None and (same := self._note("place", place, row)) is not None:
            doubts.append(f"latitude, longitude: those of row {same} again")
        return camera, doubts

    def _own_id(self, camera: ListedCamera, row: int) -> str:
        """An id that no row before has."""
        number = row
        while True:
            own = f"{camera.camera_id}-{mark_of(f'{camera.url} {camera.name} {number}')}"
            if self._note("camera_id", own, row) is None:
                return own
            number += 1

    def _note(self, what: str, value: object, row: int) -> int | None:
        """The first row with this value; None where it is new."""
        first = self._by[what].get(value)
        self._by[what].setdefault(value, row)
        return first


def mark_of(text: str) -> str:
    """Eight letters that tell one camera from others, the same at every import."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _same_url(url: str) -> str:
    """An address as it can be compared: scheme and host in lower case, no port that its scheme has anyway.

    >>> _same_url("HTTPS://A.id:443/X#1") == _same_url("https://a.id/X")
    True
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return parts._replace(netloc=f"{host}{port}", path=parts.path or "/", fragment="").geturl()


def _stream(url: str) -> str:
    """The same without the parameters by which a page asks anew."""
    parts = urlsplit(_same_url(url))
    kept = [one for one in parse_qsl(parts.query, keep_blank_values=True) if not _ANEW.fullmatch(one[0])]
    return parts._replace(query=urlencode(kept)).geturl()
