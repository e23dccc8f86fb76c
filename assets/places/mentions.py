"""Areas, roads and landmarks that a text mentions.

Belongs here: finding names among the words of a text.
Does not belong here: whether a name goes on behind its words (continued.py), what is concluded (place.py), spelling
(gazetteer.py), unknown streets (complaints/triage/addresses.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.places.continued import Continued
from assets.places.gazetteer import (
    KECAMATAN_TITLES,
    KELURAHAN_TITLES,
    LONGEST_NAME_WORDS,
    Gazetteer,
)
from assets.places.spelling import words

# Names that are words of the language first ("baru" is new, "jati" teak, "senen" Monday, "kebon kosong" an
# empty garden): only with their title before them do they name an area.
COMMON_WORDS = frozenset(
    {
        "bangka", "baru", "bungur", "dukuh", "galur", "gedong", "gelora", "guntur", "gunung", "jati",
        "jembatanbesi", "kapuk", "karet", "kartini", "kayumanis", "kayuputih", "keagungan",
        "kebonbaru", "kebonkosong", "kelapadua", "kenari", "kramat", "makasar", "pasarbaru", "pulo",
        "rambutan", "selong", "senen", "serdang", "setu", "sumurbatu", "tanahtinggi", "tangki",
        "tengah",
    }
)  # fmt: skip
# "Kali Krukut" and "arah Glodok" are elsewhere than Krukut and Glodok.
ELSEWHERE = frozenset({"arah", "dari", "jurusan", "kali", "ke", "menuju", "sungai"})
MIN_BARE_LETTERS = 4
ROAD_TITLES = frozenset({"jl", "jln", "jalan", "jalanan"})
# Behind these a name of a place is meant, so that a misspelt one may be looked for: anywhere else "kembangkan" (to
# develop) would be Kembangan.
CUES = frozenset({"area", "daerah", "dekat", "deket", "di", "kawasan", "kota", "sekitar", "wilayah"})


@dataclass
class Mentions:
    """The places of one text, by how they are named.

    Attributes:
        titled: Codes of kelurahan behind "kelurahan" or "kel".
        bare: Codes of kelurahan by their name alone.
        kecamatan: Codes of kecamatan, with or without their title.
        landmarks: Codes of the areas of landmarks.
        roads: For each road the codes of the kecamatan that it runs through.
        words: Of the text.
        taken: Positions of the words that name them.
        has_other_kecamatan: Whether "kecamatan" stands before a name that none of the city's bears.
        is_corrected: Whether the names are misspelt: nothing was found as it is written.
    """

    titled: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    kecamatan: set[str] = field(default_factory=set)
    landmarks: set[str] = field(default_factory=set)
    roads: set[frozenset[str]] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    has_other_kecamatan: bool = False
    is_corrected: bool = False

    def __bool__(self) -> bool:
        """Whether the text mentions any place."""
        return bool(self.titled or self.bare or self.kecamatan or self.landmarks or self.roads)


def mentions(text: str, gazetteer: Gazetteer) -> Mentions:
    """Find the places that a text names: whole words, the longest name first; misspelt ones where none is right.

    A name that goes on is another one: "Kelurahan Gunung Lingai" is not Gunung.
    """
    cut = words(text)
    found = Mentions(words=cut)
    continued = Continued(text)
    position = 0
    while position < len(cut):
        length = _titled(cut, position, gazetteer, found, continued)
        if not length and gazetteer.may_begin_name(cut[position]) and not _is_elsewhere(cut, position):
            length = _bare(cut, position, gazetteer, found)
        found.taken.update(range(position, position + length))
        position += length or 1
    return found or _misspelt(cut, gazetteer)


def _is_elsewhere(cut: list[str], position: int) -> bool:
    return position > 0 and cut[position - 1] in ELSEWHERE


def _titled(cut: list[str], position: int, gazetteer: Gazetteer, found: Mentions, continued: Continued) -> int:
    title = cut[position]
    if title in ROAD_TITLES:
        return _road(cut, position + 1, gazetteer, found)
    if title not in KELURAHAN_TITLES | KECAMATAN_TITLES:
        return 0
    is_kelurahan = title in KELURAHAN_TITLES
    exact = gazetteer.kelurahan_by_name if is_kelurahan else gazetteer.kecamatan_by_name
    spellings = list(_spellings(cut, position + 1))
    for length, spelling in spellings:
        if len(exact.get(spelling, ())) == 1:
            if continued.at(position + 1, position + 1 + length, gazetteer):
                found.has_other_kecamatan |= not is_kelurahan
                return length + 2
            (found.titled if is_kelurahan else found.kecamatan).add(exact[spelling][0])
            return length + 1
    for length, spelling in spellings:
        named = (gazetteer.kelurahan_named if is_kelurahan else gazetteer.kecamatan_named)(spelling)
        if named is not None:
            if continued.at(position + 1, position + 1 + length, gazetteer):
                found.has_other_kecamatan |= not is_kelurahan
                return length + 2
            (found.titled if is_kelurahan else found.kecamatan).add(named.code)
            return length + 1
    found.has_other_kecamatan |= not is_kelurahan and continued.is_foreign(position + 1, gazetteer)
    return 0


def _road(cut: list[str], position: int, gazetteer: Gazetteer, found: Mentions) -> int:
    """Add the road whose name follows its title; returns the words of both."""
    for length, spelling in _spellings(cut, position):
        if codes := gazetteer.roads_by_name.get(spelling):
            found.roads.add(frozenset(codes))
            return length + 1
    return 0


def _bare(cut: list[str], position: int, gazetteer: Gazetteer, found: Mentions) -> int:
    for length, spelling in _spellings(cut, position):
        if _add(spelling, gazetteer, found):
            return length
        # One word without its title may be a person: "Sudirman" reports, too.
        if length > 1 and (codes := gazetteer.roads_by_name.get(spelling)):
            found.roads.add(frozenset(codes))
            return length
    return 0


def _add(spelling: str, gazetteer: Gazetteer, found: Mentions) -> bool:
    """Add the area or landmark of a squashed name; says whether there is one."""
    if len(spelling) >= MIN_BARE_LETTERS and spelling not in COMMON_WORDS:
        # 27 kecamatan share their name with one of their kelurahan: the larger area is the safe reading.
        for names, codes in (
            (gazetteer.kecamatan_by_name, found.kecamatan),
            (gazetteer.kelurahan_by_name, found.bare),
        ):
            if len(named := names.get(spelling, ())) == 1:
                codes.add(named[0])
                return True
    if landmark := gazetteer.landmarks_by_name.get(spelling):
        found.landmarks.update(landmark)
    return bool(landmark)


def _misspelt(cut: list[str], gazetteer: Gazetteer) -> Mentions:
    found = Mentions(words=cut, is_corrected=True)
    for position, cue in enumerate(cut):
        if cue not in CUES:
            continue
        for _, spelling in _spellings(cut, position + 1):
            if (name := gazetteer.corrected(spelling)) and _add(name, gazetteer, found):
                break
    return found


def _spellings(cut: list[str], position: int) -> Iterator[tuple[int, str]]:
    for length in range(min(LONGEST_NAME_WORDS, len(cut) - position), 0, -1):
        yield length, "".join(cut[position : position + length])
