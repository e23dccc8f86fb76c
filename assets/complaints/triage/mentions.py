"""Areas that a text mentions.

Belongs here: finding names of kelurahan and kecamatan among the words of a text.
Does not belong here: what else is known of the place (place.py), spelling (gazetteer.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.complaints.triage.gazetteer import (
    KECAMATAN_TITLES,
    KELURAHAN_TITLES,
    LONGEST_NAME_WORDS,
    Gazetteer,
)
from assets.complaints.triage.words import words

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


@dataclass
class Mentions:
    """The areas of one text, by how they are named.

    Attributes:
        titled: Codes of kelurahan behind "kelurahan" or "kel".
        bare: Codes of kelurahan by their name alone.
        kecamatan: Codes of kecamatan, with or without their title.
    """

    titled: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    kecamatan: set[str] = field(default_factory=set)


def mentions(text: str, gazetteer: Gazetteer) -> Mentions:
    """Find the areas that a text names, whole words only, the longest name first."""
    cut = words(text)
    found = Mentions()
    position = 0
    while position < len(cut):
        length = _titled(cut, position, gazetteer, found)
        if not length and not (position and cut[position - 1] in ELSEWHERE):
            length = _bare(cut, position, gazetteer, found)
        position += length or 1
    return found


def _titled(cut: list[str], position: int, gazetteer: Gazetteer, found: Mentions) -> int:
    title = cut[position]
    if title not in KELURAHAN_TITLES | KECAMATAN_TITLES:
        return 0
    is_kelurahan = title in KELURAHAN_TITLES
    exact = gazetteer.kelurahan_by_name if is_kelurahan else gazetteer.kecamatan_by_name
    spellings = list(_spellings(cut, position + 1))
    for length, spelling in spellings:
        if len(exact.get(spelling, ())) == 1:
            (found.titled if is_kelurahan else found.kecamatan).add(exact[spelling][0])
            return length + 1
    for length, spelling in spellings:
        named = (gazetteer.kelurahan_named if is_kelurahan else gazetteer.kecamatan_named)(spelling)
        if named is not None:
            (found.titled if is_kelurahan else found.kecamatan).add(named.code)
            return length + 1
    return 0


def _bare(cut: list[str], position: int, gazetteer: Gazetteer, found: Mentions) -> int:
    for length, spelling in _spellings(cut, position):
        if len(spelling) < MIN_BARE_LETTERS or spelling in COMMON_WORDS:
            continue
        # 27 kecamatan share their name with one of their kelurahan: the larger area is the safe reading.
        if len(codes := gazetteer.kecamatan_by_name.get(spelling, ())) == 1:
            found.kecamatan.add(codes[0])
            return length
        if len(codes := gazetteer.kelurahan_by_name.get(spelling, ())) == 1:
            found.bare.add(codes[0])
            return length
    return 0


def _spellings(cut: list[str], position: int) -> Iterator[tuple[int, str]]:
    for length in range(min(LONGEST_NAME_WORDS, len(cut) - position), 0, -1):
        yield length, "".join(cut[position : position + length])
