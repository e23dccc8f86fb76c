"""Is it elsewhere? Provinces, kota and kabupaten that are not the city's own, in fields and in texts.

Belongs here: telling the city's own regions from others.
Does not belong here: the city's own areas (gazetteer.py), what follows for a place (place.py).
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from rapidfuzz import fuzz

from assets.places.spelling import squash, words
from assets.reference import CityReference

KOTA_TITLES = frozenset({"kota", "kotamadya", "kodya", "pemkot"})
KABUPATEN_TITLES = frozenset({"kabupaten", "kab", "pemkab"})
PROVINCE_TITLES = frozenset({"provinsi", "propinsi", "prov"})
TITLES = KOTA_TITLES | KABUPATEN_TITLES | PROVINCE_TITLES
_RANKS = frozenset({"adm", "administrasi", "administratif", "dki", "pemerintah", "pemprov"})
_SHORT = {"kep": "kepulauan"}
# Before a bare name these say that it is the place.
_AT = frozenset({"di", "wilayah", "daerah", "kawasan", "sekitar"})
# Behind "kabupaten" or "kab" these name none.
_NO_NAMES = frozenset(
    {"adm", "administrasi", "administratif", "atau", "dan", "di", "ini", "itu", "kami", "kep", "lain", "maupun", "yang"}
)
# Between the regions of one field: "Kota Palu, Sulawesi Tengah".
_BETWEEN = re.compile(r"[,;/|()\n]|\s[-\u2013]\s")
_LONGEST_NAME = 3
_MIN_LIKENESS = 88.0
_MIN_LETTERS = 3
_REMEMBERED = 1024


@dataclass(frozen=True)
class Elsewhere:
    """The regions of the country beside those of one city.

    Attributes:
        reference: The city's reference data.
    """

    reference: CityReference

    def is_in_fields(self, city: str | None, province: str | None) -> bool:
        """Whether the kota or kabupaten that a report names is another one; the province counts where it names none.

        A value that is no region, such as "-", says nothing.
        """
        for value, titles in ((city, KOTA_TITLES | KABUPATEN_TITLES), (province, frozenset[str]())):
            is_own = self._read(value, titles)
            if is_own is not None:
                return not is_own
        return False

    def is_in_text(self, cut: Sequence[str], taken: Collection[int] = ()) -> bool:
        """Whether a text places what it tells in another region, and names nothing of the city's own.

        Args:
            cut: Its words.
            taken: Positions of the words that name places of the city: a region right behind them is where those lie.
        """
        named = (position for position, word in enumerate(cut) if word in self._first_words and position not in taken)
        return any(self._stands_at(cut, position, taken) for position in named) and not self._tells_own(cut)

    def names_own(self, name: str) -> bool:
        """Whether a name is of one of the city's own regions."""
        return self._read(name, frozenset()) is True

    def _tells_own(self, cut: Sequence[str]) -> bool:
        return bool(self._own_words.intersection(cut)) or any(
            not self._own.isdisjoint(_names(cut, position)) for position in range(len(cut))
        )

    @cached_property
    def _read(self) -> Callable[[str | None, frozenset[str]], bool | None]:
        """`_is_own`, which remembers: a channel names the same few regions again and again."""
        return lru_cache(maxsize=_REMEMBERED)(self._is_own)

    def _is_own(self, value: str | None, titles: frozenset[str]) -> bool | None:
        """Whether a field names a region of the city's own; None where it names no region.

        Of several, those with a title that is asked for count, as in "Sulawesi Tengah, Kota Palu"; else the first.
        """
        told = []
        for part in _BETWEEN.split(value or ""):
            cut = [_SHORT.get(word, word) for word in words(part)]
            is_titled = not titles.isdisjoint(cut)
            is_own = self._is_own_name("".join(word for word in cut if word not in TITLES | _RANKS), is_titled)
            if is_own is not None:
                told.append((is_own, is_titled))
        titled = [is_own for is_own, is_titled in told if is_titled]
        return any(titled) if titled else next((is_own for is_own, _ in told), None)

    def _is_own_name(self, name: str, is_titled: bool) -> bool | None:
        """The same of one name, squashed; what has a title is a region, known or not."""
        if any(name.startswith(stem) for stem in self._stems) or any(_like(name, own) for own in self._own_names):
            return True
        if any(_like(name, other) for other in self._others) or (
            is_titled and sum(char.isalpha() for char in name) >= _MIN_LETTERS
        ):
            return False
        return None

    def _stands_at(self, cut: Sequence[str], position: int, taken: Collection[int]) -> bool:
        before = cut[position - 1] if position else ""
        is_placed = position - 1 in taken or before in _AT
        if cut[position] not in TITLES:
            return is_placed and not self._plain.isdisjoint(_names(cut, position))
        names = set(_names(cut, position + 1))
        if cut[position] in KABUPATEN_TITLES and is_placed and position + 1 < len(cut):
            # Not every kabupaten of the country is known by name.
            name = cut[position + 1]
            return name.isalpha() and name not in _NO_NAMES and self._own.isdisjoint(names)
        return not self._others.isdisjoint(names)

    @cached_property
    def _own(self) -> frozenset[str]:
        """Squashed names of the city's own kota and province."""
        kota = ("".join(_bare(area.kota_name)) for area in self.reference.kecamatan.values())
        return frozenset(chain(kota, self._own_provinces))

    @cached_property
    def _own_provinces(self) -> frozenset[str]:
        codes = {code[:2] for code in self.reference.kecamatan}
        regions = self.reference.regions.values()
        return frozenset(squash(one.name) for one in regions if one.kind == "province" and one.province_code in codes)

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The same as people write them: a kota with its province behind it, with and without "kepulauan"."""
        provinces = self._own_provinces | {name.removeprefix("kepulauan") for name in self._own_provinces}
        return self._own | {f"{kota}{province}" for kota in self._own - self._own_provinces for province in provinces}

    @cached_property
    def _stems(self) -> frozenset[str]:
        """First words that several own kota share, such as the name of the whole city."""
        names = {tuple(_bare(area.kota_name)) for area in self.reference.kecamatan.values()}
        first = [name[0] for name in names if name]
        return frozenset(word for word in first if first.count(word) > 1)

    @cached_property
    def _own_words(self) -> frozenset[str]:
        """Words that say that a text is of the city: its name, and its kota's as people shorten them."""
        names = {tuple(_bare(area.kota_name)) for area in self.reference.kecamatan.values()}
        short = {f"{name[0][:3]}{name[1][:length]}" for name in names if len(name) > 1 for length in (2, 3)}
        return frozenset({*self._stems, *short, *(name[0] for name in names if len(name) == 1)})

    @cached_property
    def _others(self) -> frozenset[str]:
        """Squashed names of regions that are not the city's own."""
        return frozenset(squash(one.name) for one in self.reference.regions.values()) - self._own

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Those of them that mean nothing else."""
        titled = {squash(one.name) for one in self.reference.regions.values() if one.needs_title}
        return self._others - titled

    @cached_property
    def _first_words(self) -> frozenset[str]:
        names = (words(one.name) for one in self.reference.regions.values() if squash(one.name) in self._plain)
        return TITLES | {name[0] for name in names if name}


def _names(cut: Sequence[str], position: int) -> Iterator[str]:
    """Squashed names that may begin at a position, ranks passed over."""
    while position < len(cut) and cut[position] in _RANKS:
        position += 1
    rest = [_SHORT.get(word, word) for word in cut[position : position + _LONGEST_NAME]]
    return ("".join(rest[:length]) for length in range(1, len(rest) + 1))


def _bare(name: str) -> list[str]:
    return [word for word in words(name) if word not in TITLES | _RANKS]


def _like(name: str, other: str) -> bool:
    return name == other or (len(name) > _MIN_LETTERS and fuzz.ratio(name, other) >= _MIN_LIKENESS)
