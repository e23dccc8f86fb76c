"""Which field of a record says what about a camera.

Belongs here: the names that Indonesian portals give to their fields. Does not belong here: whether what they say can be
true (position.py, source.py, ground.py), records that hold several cameras (sites.py).

A field is known by its own name, wherever in the record it lies, and the camera's own goes before a deeper one: an
object in it is mostly another thing, such as its category or its kelurahan, whose name and number are not the camera's.
What carries a login or a token is dropped before anything else reads it: portals publish the inner addresses of their
cameras with user and password.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assets.cctv.importing.addresses import Address, Role, addresses_in, is_of_address, is_relative, role_of
from assets.cctv.importing.hidden import Hidden, hidden_in
from assets.cctv.importing.texts import letters, plain
from assets.cctv.importing.unread import Unread

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
    "is_enabled": ("isenabled",),
    "source_kind": ("sourcekind", "protocol", "protokol", "streamtype", "tipestream"),
}  # fmt: skip
_MEANINGS = {name: (meaning, rank) for meaning, names in NAMES.items() for rank, name in enumerate(names)}
_PAIRS = ("coords", "coordinates", "coordinate", "koordinat", "latlng", "latlong", "position", "posisi", "titik")
_BLANK = frozenset({"", "-", "null", "none", "n/a", "nan", "undefined", "lorem ipsum"})
# What an object says of itself, whatever it is.
_OF_ANYTHING = frozenset({"id", "id2", "kode", "code", "name", "nama", "title", "judul", "label"})
_NUMBERS = frozenset({"id", "id2", "kode", "code"})
# Objects that hold the camera's own fields.
_WRAPPERS = frozenset({"", "properties", "attributes", "data", "camera", "kamera", "cctv", "item", "info", "detail"})
_OTHERS = frozenset({"category", "kategori", *(n for m in ("kelurahan", "kecamatan", "provider") for n in NAMES[m])})
# A channel's label is a number rather than a name.
_WEAK = frozenset({"label"})
_REFERER = frozenset({"referer", "referrer"})
_MOST_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says of a camera, each text as it stands, None where it says nothing.

    Attributes:
        texts: By meaning, each different value once, the most believed first.
        positions: Pairs of latitude and longitude as the list writes them, the most believed first.
        addresses: Every address in the record, without those that carry a login or a token.
        left_out: How many were left out for that, by what they carry.
        doubts: Of fields that could not be read or kept; they name no address.
    """

    texts: Mapping[str, tuple[str, ...]]
    positions: tuple[tuple[object, object], ...]
    addresses: tuple[Address, ...]
    left_out: Mapping[Hidden, int]
    doubts: tuple[str, ...]

    def first(self, meaning: str) -> str | None:
        """The most believed text of a meaning."""
        return next(iter(self.texts.get(meaning, ())), None)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One value of a record; names from the outermost, letters and digits alone."""

    names: tuple[str, ...]
    value: str | Unread


def read_fields(record: Mapping[str, Any]) -> Said:
    """Read a record."""
    leaves = list(_leaves(record, (), _MOST_LEVELS))
    texts, doubts = _texts(leaves)
    axes = tuple(next(iter(texts[axis]), None) for axis in ("latitude", "longitude"))
    pair = _pair(record, _MOST_LEVELS)
    positions = [*([pair] if pair else []), *([(axes[0], axes[1])] if any(axes) or not pair else [])]
    addresses, left_out = _addresses(leaves)
    missed = [one for one in leaves if _is_missed(one)]
    doubts += [f"{one.names[-1] or 'fields of another object'}: {_why(one)}, left empty" for one in missed]
    if not addresses:
        doubts += list(dict.fromkeys(filter(None, map(_no_address, leaves))))
    return Said(texts, tuple(positions), addresses, left_out, tuple(doubts))


def is_known(name: str) -> bool:
    """Whether a field of that name says something."""
    own = letters(name)
    return own in _MEANINGS or own in _PAIRS or own in _REFERER or is_of_address(own)


def _leaves(content: Any, names: tuple[str, ...], levels: int) -> Iterator[_Leaf]:
    """Everything in a record that is one value."""
    if isinstance(content, Mapping):
        for key, value in content.items() if levels else ():
            yield from _leaves(value, (*names, letters(str(key))), levels - 1)
    elif isinstance(content, list):
        for value in content:
            if isinstance(value, str | Unread):
                yield from _leaves(value, names, levels)
    elif isinstance(content, Unread):
        yield _Leaf(names, content)
    elif isinstance(content, str | int | float) and not isinstance(content, bool):
        yield _Leaf(names, str(content).strip())
    elif isinstance(content, bool) and names[-1:] == ("isenabled",):
        yield _Leaf(names, str(int(content)))


def _texts(leaves: Sequence[_Leaf]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Texts by meaning, and a doubt for each meaning of which one was left out."""
    ranked: dict[str, list[tuple[bool, int, int, int, str]]] = {meaning: [] for meaning in NAMES}
    doubts = []
    for number, leaf in enumerate(leaves):
        meaning, rank = _meaning(leaf.names)
        if meaning is None or isinstance(leaf.value, Unread):
            continue
        text = plain(leaf.value)
        hidden = hidden_in(leaf.value) or (hidden_in(text) if text != leaf.value else None)
        if hidden:
            doubts.append(f"{meaning}: left out for the {hidden} in it")
        elif "://" not in text and text.casefold() not in _BLANK:
            ranked[meaning].append((leaf.names[-1] in _WEAK, len(leaf.names), rank, number, text))
    texts = {meaning: tuple(dict.fromkeys(text for *_, text in sorted(found))) for meaning, found in ranked.items()}
    return texts, list(dict.fromkeys(doubts))


@lru_cache(maxsize=4096)
def _meaning(names: tuple[str, ...]) -> tuple[str | None, int]:
    """What a field says by its name and by the objects around it, and how much it is believed."""
    own, above = names[-1], [name for name in names[:-1] if name not in _WRAPPERS]
    if not above:
        return _MEANINGS.get(own, (None, 0))
    if above[-1] + own in _MEANINGS:
        return _MEANINGS[above[-1] + own]
    meaning, rank = _MEANINGS.get(above[-1], (None, 0))
    if own in _OF_ANYTHING:
        return (meaning, rank) if own not in _NUMBERS and meaning != "camera_id" else (None, 0)
    if _MEANINGS.get(own, ("",))[0] in ("latitude", "longitude") and _OTHERS.intersection(above):
        return None, 0
    return _MEANINGS.get(own, (None, 0))


def _addresses(leaves: Sequence[_Leaf]) -> tuple[tuple[Address, ...], Counter[Hidden]]:
    found: dict[str, Address] = {}
    left_out: dict[str, Hidden] = {}
    for leaf in leaves:
        if isinstance(leaf.value, Unread) or leaf.names[-1] in _REFERER:
            continue
        urls = addresses_in(leaf.value) if "://" in leaf.value else []
        if not urls and is_of_address(leaf.names[-1]) and (hidden := hidden_in(leaf.value)):
            left_out[leaf.value] = hidden
        for url in urls:
            role = role_of(leaf.names, url)
            if hidden := hidden_in(url):
                left_out[url] = hidden
            elif url not in found or role is Role.CAMERA:
                found[url] = Address(url, role)
    return tuple(found.values()), Counter(left_out.values())


def _why(leaf: _Leaf) -> str:
    return leaf.value.reason if isinstance(leaf.value, Unread) else ""


def _is_missed(leaf: _Leaf) -> bool:
    """Whether a value that cannot be read would have said something."""
    return isinstance(leaf.value, Unread) and (
        _meaning(leaf.names)[0] is not None or leaf.names[-1] in (*_PAIRS, "") or is_of_address(leaf.names[-1])
    )


def _no_address(leaf: _Leaf) -> str | None:
    """What is wrong with the text of a field that should hold an address."""
    if isinstance(leaf.value, Unread) or leaf.value.casefold() in _BLANK or hidden_in(leaf.value):
        return None
    if is_relative(leaf.names[-1], leaf.value):
        return f"url: {leaf.names[-1]} is relative; put the portal's own address before it"
    if is_of_address(leaf.names[-1]) and "://" in leaf.value and not addresses_in(leaf.value):
        return f"url: {leaf.names[-1]} holds an address among other words; leave the address alone in it"
    return None


def _pair(content: Mapping[str, Any], levels: int) -> tuple[object, object] | None:
    """Latitude and longitude of a field that holds both; None without one.

    GeoJSON writes the longitude first and says that it is a Point. Everybody else is taken to write the latitude first.
    """
    for key, value in content.items():
        name = letters(str(key))
        both: Sequence[object] = ()
        if isinstance(value, list):
            both = value
        elif isinstance(value, str) and name in _PAIRS:
            both = re.split(r"\s*[,;]\s*|\s+", value.strip())
        if name in _PAIRS and len(both) in (2, 3) and all(isinstance(one, str | int | float) for one in both[:2]):
            return (both[1], both[0]) if content.get("type") == "Point" else (both[0], both[1])
        if isinstance(value, Mapping) and levels and name not in _OTHERS and (found := _pair(value, levels - 1)):
            return found
    return None
