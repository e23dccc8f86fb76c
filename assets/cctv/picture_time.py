"""When a picture was taken: by itself, by its server, or by its arrival.

Belongs here: clocks of cameras and servers, and which of them is believed. Does not belong here: clocks of streams
(playlist.py reads theirs), file names (ml/vision/folder.py).
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from io import BytesIO

from assets.clock import city_zone

# A clock that is farther off tells nothing.
FARTHEST_BEHIND, FARTHEST_AHEAD = timedelta(days=1), timedelta(minutes=5)


def is_plausible(told: datetime, now: datetime) -> bool:
    """Whether a camera that answers now can have taken its picture then.

    >>> now = datetime(2026, 11, 28, 8, tzinfo=UTC)
    >>> [is_plausible(now + timedelta(hours=hours), now) for hours in (-48, -1, 0, 7)]
    [False, True, True, False]
    """
    return -FARTHEST_BEHIND < told - now < FARTHEST_AHEAD


def taken_at(content: bytes, headers: Mapping[str, str]) -> tuple[datetime, str]:
    """When a picture was taken, and how that is known.

    Args:
        content: The picture.
        headers: Of its answer or of its part of a stream; keys as `Mapping.get` finds them.

    Returns:
        Time-zone-aware moment, and `exif`, `header` or `received`.
    """
    now = datetime.now(UTC)
    for basis, told in (("exif", _exif_time(content)), ("header", _header_time(headers))):
        if told is not None and is_plausible(told, now):
            return told, basis
    return now, "received"


def _header_time(headers: Mapping[str, str]) -> datetime | None:
    try:
        # Seconds since 1970, as mjpg-streamer tells of each picture of a stream.
        if stamp := headers.get("x-timestamp"):
            return datetime.fromtimestamp(float(stamp), UTC)
        told = parsedate_to_datetime(headers.get("last-modified", ""))
    except (ValueError, OverflowError, OSError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _exif_time(content: bytes) -> datetime | None:
    from PIL import ExifTags, Image

    if b"Exif" not in content[:64]:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            exif = Image.open(BytesIO(content)).getexif()
            details = exif.get_ifd(ExifTags.IFD.Exif)
        for tag, offset_tag in (
            (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
            (ExifTags.Base.DateTime, ExifTags.Base.OffsetTime),
        ):
            text = details.get(tag) or exif.get(tag)
            if text:
                moment = datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone is next
                return moment.replace(tzinfo=_offset(details.get(offset_tag)) or city_zone())
    except (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError):
        return None
    return None


def _offset(text: object) -> tzinfo | None:
    """Zone of an offset such as +07:00; None where the picture tells none."""
    try:
        return datetime.strptime(str(text).strip("\0 "), "%z").tzinfo
    except ValueError:
        return None
