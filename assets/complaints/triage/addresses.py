"""Addresses as people write them: streets, RT and RW.

Belongs here: finding them in a text. Does not belong here: areas (places/mentions.py), comparing addresses (spot.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assets.complaints.triage.words import FILLER, city_words
from assets.places.spelling import words

# "RT 003/012", "rt.3 rw.12", "RT03/RW12", "RT/RW 3/12"; and the other way round.
_RT_RW = re.compile(r"\brt\W{0,3}(?:rw\W{0,3})?0*(\d{1,3})\W{0,3}(?:rw)?\W{0,3}0*(\d{1,3})\b", re.IGNORECASE)
_RW_RT = re.compile(r"\brw\W{0,3}0*(\d{1,3})\W{0,3}rt\W{0,3}0*(\d{1,3})\b", re.IGNORECASE)

_ABBREVIATED = re.compile(r"\b(jl|jln|gg|kel|kec|no|rt|rw)\.", re.IGNORECASE)
_BREAK = re.compile(r"[,.;:!?()/\n]+")
# "Jalan" and "jln" are a road as often as the title of one: only a capital behind them makes a name.
_TITLES = re.compile(r"\b(?:(?i:jl|gg)\s+(?=\w)|(?i:jalan|jln|gang)\s+(?=[A-Z]))")
_LONGEST_NAME = 3

# Words that end the name of a street.
_ENDS = FILLER | frozenset(
    {
        "akses", "arah", "area", "belakang", "belum", "blok", "daerah", "dekat", "depan", "deket", "dpn", "gang", "gg",
        "jalan", "jl", "jln", "kawasan", "kec", "kecamatan", "kel", "kelurahan", "km", "kota", "lokasi", "lurah",
        "menuju", "no", "nomor", "perempatan", "persis", "pertigaan", "rt", "rw", "samping", "sampai", "sebelah",
        "sebrang", "seberang", "sekitar", "sepanjang", "simpang", "tepat", "tepatnya", "tikungan", "ujung", "wilayah",
    }
)  # fmt: skip
# What a road is or does: "jalan berlubang" names no street.
_NO_NAMES = frozenset(
    {
        "alternatif", "amblas", "ambles", "arteri", "aspal", "banjir", "banyak", "bergelombang", "berlobang",
        "berlubang", "besar", "beton", "bolong", "buntu", "gelap", "hancur", "jadi", "jelek", "kaki", "kampung",
        "kecil", "keluar", "lagi", "layang", "licin", "lingkungan", "macet", "masih", "masuk", "nasional", "padat",
        "penghubung", "penuh", "protokol", "provinsi", "raya", "retak", "rusak", "sehat", "sempit", "setapak",
        "tambal", "tertutup", "terus", "tol", "umum", "utama", "warga",
    }
)  # fmt: skip

# With them a place is told, and no problem.
WORDS_OF_ADDRESSES = _ENDS | frozenset({"alamat", "alamatnya", "lokasinya", "tempat", "tempatnya"})
# None of them is part of a person's name.
NO_WORDS_OF_NAMES = WORDS_OF_ADDRESSES | _NO_NAMES | frozenset({"lampu", "mati", "sampah"})


@dataclass(frozen=True)
class Address:
    """What a text says of its place below the kelurahan.

    Attributes:
        doors: RT and RW; None where the text names none.
        streets: Names as words without "Jalan", in the order of the text.
    """

    doors: tuple[int, int] | None
    streets: tuple[tuple[str, ...], ...]


def read_address(text: str) -> Address:
    """Find RT, RW and streets in a text.

    >>> read_address("di Jl.Cempaka Wangi, RT.003/RW 12 Kel. Gambir")
    Address(doors=(3, 12), streets=(('cempaka', 'wangi'),))
    >>> read_address("jln berlubang di gg Mawar no 5")
    Address(doors=None, streets=(('mawar',),))
    """
    return Address(_doors(text), tuple(dict.fromkeys(_streets(text))))


def _doors(text: str) -> tuple[int, int] | None:
    if match := _RT_RW.search(text):
        return int(match[1]), int(match[2])
    if match := _RW_RT.search(text):
        return int(match[2]), int(match[1])
    return None


def _streets(text: str) -> Iterator[tuple[str, ...]]:
    for part in _BREAK.split(_ABBREVIATED.sub(r"\1 ", text)):
        for title in _TITLES.finditer(part):
            if name := _name(words(part[title.end() :])):
                yield name


def _name(cut: list[str]) -> tuple[str, ...]:
    name: list[str] = []
    for word in cut[:_LONGEST_NAME]:
        if word in _ENDS or word in city_words() or word.isdigit() or (not name and word in _NO_NAMES):
            break
        name.append(word)
    return tuple(name)
