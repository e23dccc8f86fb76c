"""Which field of a record says what about a camera.

Belongs here: the names that Indonesian portals give to their fields. Does not belong here: whether what they say can be
true (position.py, source.py, ground.py).

A field is known by its own name, wherever in the record it lies. What carries a login is dropped before anything else
reads it: portals publish the inner addresses of their cameras with user and password.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.cctv.importing.source import ADDRESS

# By meaning, the names of fields in the order in which they are believed; letters and digits alone, in lower case.
NAMES = {
    "camera_id": ("cameraid", "cctvid", "idcctv", "idkamera", "kodecctv", "kode", "code", "id", "id2"),
    "name": (
        "name", "nama", "cctvtitle", "cctvname", "namacctv", "namakamera", "namalokasi", "title", "judul", "lokasi",
        "label",
    ),
    "road": ("road", "jalan", "namajalan", "ruas", "ruasjalan"),
    "latitude": ("latitude", "lat", "lintang", "gpslat", "koordinatlat"),
    "longitude": ("longitude", "lng", "lon", "long", "bujur", "gpslng", "koordinatlng"),
    "kelurahan": (
        "kelurahan", "kelurahanname", "kelurahannama", "namakelurahan", "desa", "namadesa", "village",
    ),
    "kecamatan": ("kecamatan", "kecamatannama", "namakecamatan", "district", "subdistrict"),
    "kelurahan_code": ("kelurahancode", "kodekelurahan", "kodewilayah"),
    "area_id": ("idkelurahan", "kelurahanid", "iddesa", "idkecamatan", "kecamatanid"),
    "provider": ("provider", "agency", "namaopd", "opd", "instansi", "sumber"),
    "source_kind": ("sourcekind", "protocol", "protokol", "streamtype", "tipestream"),
}  # fmt: skip
_PAIRS = ("coords", "coordinates", "coordinate", "koordinat", "latlng", "latlong", "position", "posisi", "titik")
_BLANK = frozenset({"", "-", "null", "none", "n/a", "nan", "undefined", "lorem ipsum"})
# Before the host, in the query, or in the path as some recorders want it; a password may hold any character.
_LOGIN = re.compile(r"://[^?\s]*@|(?:user(?:name)?|usr|pass(?:word|wd)?|pwd)=", re.IGNORECASE)
_MOST_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says of a camera, each text as it stands, None where it says nothing.

    Attributes:
        texts: By meaning, each different value once, the most believed first.
        latitude: As the list writes it.
        longitude: Likewise.
        addresses: Every address in the record, without those that carry a login.
        logins: How many were left out for that.
    """

    texts: Mapping[str, tuple[str, ...]]
    latitude: object
    longitude: object
    addresses: tuple[str, ...]
    logins: int

    def first(self, meaning: str) -> str | None:
        """The most believed text of a meaning."""
        return next(iter(self.texts.get(meaning, ())), None)


def cameras_of(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A record for each camera: one of a site with several has one for each of them, under the site's own fields."""
    for key, value in record.items():
        inner = value if isinstance(value, list) and all(isinstance(one, Mapping) for one in value) else []
        if any(ADDRESS.fullmatch(str(text)) for one in inner for text in one.values()):
            rest = {name: said for name, said in record.items() if name != key}
            return [{**rest, key: one} for one in inner]
    return [record]


def read_fields(record: Mapping[str, Any]) -> Said:
    """Read a record."""
    leaves = list(_leaves(record, "", _MOST_LEVELS))
    texts: dict[str, tuple[str, ...]] = {}
    for meaning, names in NAMES.items():
        ranked = sorted(
            (names.index(name), depth, number, text)
            for number, (name, depth, text) in enumerate(leaves)
            if name in names and text.casefold() not in _BLANK and not _LOGIN.search(text) and "://" not in text
        )
        texts[meaning] = tuple(dict.fromkeys(text for *_, text in ranked))
    north, east = _pair(record, _MOST_LEVELS) or (next(iter(texts[axis]), None) for axis in ("latitude", "longitude"))
    found = [text for _, _, text in leaves if ADDRESS.fullmatch(text)]
    open_ones = tuple(dict.fromkeys(text for text in found if not _LOGIN.search(text)))
    return Said(texts, north, east, open_ones, len(set(found)) - len(open_ones))


def _leaves(content: Any, name: str, levels: int) -> Iterator[tuple[str, int, str]]:
    """Name, depth and text of everything in a record that is one value."""
    if isinstance(content, Mapping):
        for key, value in content.items() if levels else ():
            yield from _leaves(value, re.sub(r"[^a-z0-9]", "", str(key).casefold()), levels - 1)
    elif isinstance(content, str | int | float) and not isinstance(content, bool):
        yield name, _MOST_LEVELS - levels, str(content).strip()


def _pair(content: Mapping[str, Any], levels: int) -> tuple[object, object] | None:
    """Latitude and longitude of a field that holds both; None without one.

    GeoJSON writes the longitude first and says that it is a Point. Everybody else is taken to write the latitude first.
    """
    for key, value in content.items():
        name = re.sub(r"[^a-z0-9]", "", str(key).casefold())
        both: Sequence[object] = ()
        if isinstance(value, list):
            both = value
        elif isinstance(value, str) and name in _PAIRS:
            both = re.split(r"\s*[,;]\s*|\s+", value.strip())
        if name in _PAIRS and len(both) in (2, 3) and all(isinstance(one, str | int | float) for one in both[:2]):
            return (both[1], both[0]) if content.get("type") == "Point" else (both[0], both[1])
        if isinstance(value, Mapping) and levels and (found := _pair(value, levels - 1)):
            return found
    return None
