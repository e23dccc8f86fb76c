"""Lists of cameras as cities hand them over: CSV or JSON to rows, or a reason for each row that is none.

Belongs here: the list's columns and what is wrong with a row. Does not belong here: tables (registry.py), frames.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from assets.clock import city_zone
from ml.vision.road import roi_of

_WEB = ("http", "https")
# The kinds of source that a list may name, each with the schemes of its addresses.
SCHEMES = {
    "still": _WEB,
    "mjpeg": _WEB,
    "hls": _WEB,
    "rtsp": ("rtsp", "rtsps"),
    "file": ("file",),
}
KIND_OF_SCHEME = {"rtsp": "rtsp", "rtsps": "rtsp", "file": "file"}
_NO = frozenset({"0", "false", "no", "tidak", "nonaktif", "disabled", "off"})
_REQUIRED = ("camera_id", "name")
# All columns that are read but the address, which goes where no model reads.
_SHOWN = (
    *_REQUIRED, "road", "kelurahan_code", "latitude", "longitude", "source_kind", "provider", "directions", "referer",
    "road_polygons", "is_enabled", "view_since",
)  # fmt: skip
# A user and a password before a host.
LOGIN = re.compile(r"//[^/\s@]*@")


class ListError(ValueError):
    """A list of cameras cannot be read at all."""

    def __init__(self, expected: str, found: str, do: str) -> None:
        super().__init__(f"expected {expected}; found {found}; {do}")


@dataclass(frozen=True, slots=True)
class ListedCamera:
    """One row of a list.

    Attributes:
        camera_id: Of the city; names may repeat, ids may not.
        name: For people.
        road: The road that it looks at; None where nobody says.
        kelurahan_code: Where it stands; None where nobody says.
        latitude: Degrees; None without a position.
        longitude: Degrees; None without a position.
        source_kind: `folder`, `still`, `mjpeg`, `hls`, `rtsp`, or `file` that a recorder writes anew.
        url: Where it is asked; None for a folder.
        provider: Whose it is; the host of the address where nobody says.
        directions: Where the traffic in its lanes goes.
        road_polygons: `{"image_size": [w, h], "polygons": [...]}`; None where the road is to be learned.
        is_enabled: Whether it shall be asked.
        referer: Page of the portal that the host wants to be asked from; None where it wants none.
        view_since: Since when its present view counts, time-zone-aware; None where it was never turned.
    """

    camera_id: str
    name: str
    road: str | None = None
    kelurahan_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    source_kind: str = "folder"
    url: str | None = None
    provider: str | None = None
    directions: tuple[str, ...] = ()
    road_polygons: Mapping[str, Any] | None = None
    is_enabled: bool = True
    referer: str | None = None
    view_since: datetime | None = None


class Refused(NamedTuple):
    """A row that is no camera, and why; names no address."""

    row: int
    reason: str


def read_camera_list(path: Path) -> tuple[list[ListedCamera], list[Refused]]:
    """Read a list.

    Args:
        path: CSV with a header, or JSON: a list of objects, or an object with one under `cameras`.

    Returns:
        Cameras in the order of the list, and the rows that are refused; row 1 is the first behind the header.

    Raises:
        ListError: The file is neither, or it has no column camera_id or name.
    """
    cameras: dict[str, ListedCamera] = {}
    refused: list[Refused] = []
    for number, fields in enumerate(_rows(path), start=1):
        try:
            camera = _camera(fields)
        except ValueError as error:
            refused.append(Refused(number, str(error)))
            continue
        if camera.camera_id in cameras:
            refused.append(Refused(number, f"expected each camera once, found {camera.camera_id} again"))
            continue
        cameras[camera.camera_id] = camera
    return list(cameras.values()), refused


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    expected = f"a list of cameras with {' and '.join(_REQUIRED)} in {path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(expected, str(error), "check the path and that it is UTF-8") from error
    if text.lstrip()[:1] in ("[", "{"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ListError(expected, f"no JSON: {error}", "mend the file") from error
        rows = content.get("cameras") if isinstance(content, dict) else content
        if not isinstance(rows, list):
            raise ListError(expected, "JSON without a list of cameras", "put it under cameras")
        yield from (row if isinstance(row, dict) else {} for row in rows)
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise ListError(expected, f"no column {', '.join(missing)}", "name the columns in the first line")
    yield from reader


def _camera(fields: Mapping[str, Any]) -> ListedCamera:
    for column in _SHOWN:
        if LOGIN.search(str(fields.get(column, ""))):
            raise ValueError(f"expected a login in url alone, found one in {column}; its value is not kept")
    camera_id, name = (text_of(fields.get(column)) for column in _REQUIRED)
    if not camera_id or not name:
        raise ValueError(f"expected camera_id and name, found {camera_id!r} and {name!r}")
    latitude, longitude = _position(fields.get("latitude"), fields.get("longitude"))
    kind, url = _source(text_of(fields.get("source_kind")), text_of(fields.get("url")))
    return ListedCamera(
        camera_id=camera_id,
        name=name,
        road=text_of(fields.get("road")),
        kelurahan_code=text_of(fields.get("kelurahan_code")),
        latitude=latitude,
        longitude=longitude,
        source_kind=kind,
        url=url,
        provider=text_of(fields.get("provider")) or (urlsplit(url).hostname if url else None),
        directions=directions_of(fields.get("directions")),
        road_polygons=polygons_of(fields.get("road_polygons")),
        is_enabled=is_on(fields.get("is_enabled")),
        referer=page_of(text_of(fields.get("referer"))),
        view_since=moment_of(text_of(fields.get("view_since"))),
    )


def text_of(value: object) -> str | None:
    """A value as text; None where it says nothing."""
    text = "" if value is None else str(value).strip()
    return text or None


def directions_of(value: object) -> tuple[str, ...]:
    """Where the traffic goes, from a list or from a text with semicolons."""
    if not value:
        return ()
    return tuple(value if isinstance(value, list) else (text_of(value) or "").split(";"))


def is_on(value: object) -> bool:
    """Whether a camera shall be asked: unless the list says no."""
    return str(value).strip().casefold() not in _NO


def _position(latitude: object, longitude: object) -> tuple[float | None, float | None]:
    """Degrees; none where one of the two is missing or both are zero, as lists write what nobody measured."""
    texts = text_of(latitude), text_of(longitude)
    if None in texts:
        return None, None
    try:
        north, east = (float(str(text).replace(",", ".")) for text in texts)
    except ValueError:
        raise ValueError(f"expected latitude and longitude in degrees, found {texts[0]!r} and {texts[1]!r}") from None
    if north == east == 0:
        return None, None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError(f"expected latitude and longitude in degrees, found {north} and {east}")
    return north, east


def _source(kind: str | None, url: str | None) -> tuple[str, str | None]:
    if url is None:
        if kind not in (None, "folder"):
            raise ValueError(f"expected an address of a {kind} camera, found none")
        return "folder", None
    address = urlsplit(url)
    scheme = address.scheme.casefold()
    kind = kind or KIND_OF_SCHEME.get(scheme) or ("hls" if ".m3u8" in url.casefold() else "still")
    if kind not in SCHEMES:
        raise ValueError(f"expected source_kind as one of {', '.join(SCHEMES)}, found {kind!r}")
    if scheme not in SCHEMES[kind] or not (address.hostname or kind == "file"):
        raise ValueError(f"expected an address of {' or '.join(SCHEMES[kind])} for {kind}, found {scheme or 'none'!r}")
    if address.port == 0:
        raise ValueError("expected a port from 1 to 65535, found 0")
    return kind, url


def page_of(referer: str | None) -> str | None:
    """A page as a header can carry it."""
    if referer is not None and not (referer.isascii() and referer.isprintable()):
        raise ValueError("expected referer as an address in ASCII, found other characters")
    return referer


def moment_of(text: str | None) -> datetime | None:
    """A time as ISO 8601 writes it, in the city's time where it names no zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected view_since such as 2026-11-20T08:00, found {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=city_zone())


def polygons_of(value: object) -> Mapping[str, Any] | None:
    """Roads as somebody drew them, from JSON or an object."""
    if value in (None, ""):
        return None
    try:
        content: Any = json.loads(value) if isinstance(value, str) else value
        roi_of(content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"expected road_polygons with image_size and polygons, found {type(error).__name__}") from None
    return dict(content)
