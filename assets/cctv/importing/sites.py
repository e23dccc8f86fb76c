"""Records that hold several cameras: sites with channels, kecamatan with their cameras.

Belongs here: one record for each camera. Does not belong here: what its fields mean (fields.py).
"""

from collections.abc import Mapping
from typing import Any

from assets.cctv.importing.addresses import ADDRESS, Role, role_of
from assets.cctv.importing.fields import NAMES
from assets.cctv.importing.source import read_source
from assets.cctv.importing.texts import letters
from assets.cctv.importing.unread import Unread, no_object

# The fields of what a camera belongs to stand below it under no name, so that its own go before them.
_ABOVE = ""
_MOST_LEVELS = 4


def cameras_of(record: Mapping[str, Any], levels: int = _MOST_LEVELS) -> list[Mapping[str, Any] | Unread]:
    """A record for each camera: of one with several, each under the fields of what they belong to.

    A number of a site with several is no camera's, and neither is its address, unless that is a stream of its own.
    """
    groups = [key for key, value in record.items() if levels and _holds_cameras(value, levels)]
    if not groups:
        return [record]
    inner = [one for key in groups for one in record[key]]
    rest = {key: value for key, value in record.items() if key not in groups}
    about = {key: value for key, value in rest.items() if not (len(inner) > 1 and _is_number(key))}
    about = {key: value for key, value in about.items() if not (isinstance(value, str) and ADDRESS.fullmatch(value))}
    cameras: list[Mapping[str, Any] | Unread] = [rest] if any(_is_stream(*one) for one in rest.items()) else []
    for one in inner:
        is_object = isinstance(one, Mapping)
        cameras += cameras_of({**one, _ABOVE: about}, levels - 1) if is_object else [no_object(one)]
    return cameras


def _holds_cameras(value: Any, levels: int) -> bool:
    """Whether a value is a list of objects of which one has an address, or holds such a list."""
    return isinstance(value, list) and any(
        (isinstance(said, str) and ADDRESS.fullmatch(said.strip())) or (levels > 0 and _holds_cameras(said, levels - 1))
        for one in value
        if isinstance(one, Mapping)
        for said in one.values()
    )


def _is_number(key: str) -> bool:
    return letters(key) in NAMES["camera_id"]


def _is_stream(key: str, value: Any) -> bool:
    """Whether a field gives a camera by itself."""
    if not (isinstance(value, str) and ADDRESS.fullmatch(value)) or role_of((letters(key),), value) is not Role.CAMERA:
        return False
    source = read_source(value)
    return bool(source.url) and not source.doubt
