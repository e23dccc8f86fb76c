"""Is it the same spot? A door, a street or a point, not the kelurahan.

Belongs here: the keys under which near complaints meet, and whether two of them are at one spot.
Does not belong here: finding streets in texts (addresses.py), the matter (matter.py).

A key is a hash: the ledger keeps keys beside complaint ids, and an address is personal data.
"""

import hashlib
import math
from enum import StrEnum

from assets.complaints.triage.filed import Filed
from assets.places.gazetteer import EARTH_RADIUS_KM

# A telephone errs by some tens of metres, and a hole is seen from both of its ends.
SAME_POINT_KM = 0.06
# Beyond it two points are two places, whatever street they share.
OTHER_POINT_KM = 0.25
# The same in degrees, north and, this near to the equator, east.
SAME_POINT_DEGREES = 0.00055
# Twice as wide as what is asked for around a point, which so lies in one to four cells.
CELL_DEGREES = 0.0012


class SpotBasis(StrEnum):
    """What says that two complaints are at one spot."""

    POINT = "point"
    DOORS = "doors"
    STREET = "street"


def stored_keys(complaint: Filed) -> list[int]:
    """Keys under which later complaints find this one."""
    keys = [_hashed(f"cell {north} {east}") for north, east in _cells(complaint)]
    for area in (complaint.kelurahan_code, complaint.kecamatan_code):
        # A complaint of which only the kecamatan is known is found by all of its kelurahan.
        kind = "known" if complaint.kelurahan_code else "vague"
        if area:
            keys += [_hashed(f"{kind} {area} {name}") for name in _names(complaint)]
    return keys


def asked_keys(complaint: Filed) -> dict[int, tuple[float, float] | None]:
    """Keys under which this complaint finds earlier ones.

    Returns:
        For each key the point that an earlier complaint has to be near, within `SAME_POINT_DEGREES` either way; None
        for the key of a name.
    """
    keys: dict[int, tuple[float, float] | None] = {
        _hashed(f"cell {north} {east}"): complaint.point for north, east in _cells(complaint, around=SAME_POINT_DEGREES)
    }
    known = complaint.kelurahan_code or complaint.kecamatan_code
    for kind, area in (("known", known), ("vague", complaint.kecamatan_code)):
        if area:
            keys |= {_hashed(f"{kind} {area} {name}"): None for name in _names(complaint)}
    return keys


def same_spot(one: Filed, other: Filed) -> SpotBasis | None:
    """Say by what two complaints are at one spot; None where nothing says it, or something denies it.

    Two points far apart, two streets, or two doors deny it.
    """
    apart = _apart_km(one, other)
    doors = (one.address.doors, other.address.doors)
    have_streets = one.address.streets and other.address.streets
    is_one_street = any(_compatible(a, b) for a in one.address.streets for b in other.address.streets)
    if (
        (apart is not None and apart > OTHER_POINT_KM)
        or (None not in doors and doors[0] != doors[1])
        or (have_streets and not is_one_street)
    ):
        return None
    if apart is not None and apart <= SAME_POINT_KM:
        return SpotBasis.POINT
    has_one_door = None not in doors
    if one.kelurahan_code is None or other.kelurahan_code is None:
        # A kecamatan has many streets of one name, and every RW has its RT 1.
        is_one_area = one.kecamatan_code is not None and one.kecamatan_code == other.kecamatan_code
        return SpotBasis.DOORS if is_one_area and has_one_door and is_one_street else None
    if one.kelurahan_code != other.kelurahan_code:
        return None
    return SpotBasis.DOORS if has_one_door else SpotBasis.STREET if is_one_street else None


def _compatible(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name begins with the other: "Mawar Cideng" is Mawar with what follows it in the text."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _apart_km(one: Filed, other: Filed) -> float | None:
    if one.point is None or other.point is None:
        return None
    north = one.point[0] - other.point[0]
    east = (one.point[1] - other.point[1]) * math.cos(math.radians(one.point[0]))
    # Flat enough within a city.
    return math.radians(math.hypot(north, east)) * EARTH_RADIUS_KM


def _cells(complaint: Filed, around: float = 0.0) -> list[tuple[int, int]]:
    """Cells that lie within so many degrees of a complaint's point, north and east; none without one."""
    if complaint.point is None:
        return []
    norths, easts = (
        range(math.floor((degrees - around) / CELL_DEGREES), math.floor((degrees + around) / CELL_DEGREES) + 1)
        for degrees in complaint.point
    )
    return [(north, east) for north in norths for east in easts]


def _names(complaint: Filed) -> list[str]:
    names = [f"street {street[0]}" for street in complaint.address.streets]
    if complaint.address.doors:
        names.append(f"doors {complaint.address.doors}")
    return list(dict.fromkeys(names))


def _hashed(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
