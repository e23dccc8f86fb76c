"""Does a name go on? "Kelurahan Gunung Lingai" is not Gunung, "kelurahan cideng kebanjiran" is Cideng.

Belongs here: telling a name that goes on behind the words of a known one from a sentence that does.
Does not belong here: finding names (mentions.py).

Where capitals tell, a capital goes on with a name. Where they tell nothing, only a word that is none of the language's
does: the vocabulary of complaints knows how people write, and an affix is no part of a name's last word.
"""

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from assets.places.gazetteer import Gazetteer
from assets.places.spelling import plain, spans, squash

if TYPE_CHECKING:
    from ml.routing.words import Lexicon

# With a capital, without a stop before them, these go on with the sentence and not with a name.
SENTENCE_STARTS = frozenset(
    {
        "ada", "agar", "air", "akan", "akibat", "banjir", "banyak", "bau", "belum", "blok", "bpk", "dan", "dekat",
        "depan", "di", "dki", "drainase", "gang", "gg", "got", "harap", "hingga", "ini", "jalan", "jl", "jln", "kab",
        "kabupaten", "kami", "karena", "kec", "kecamatan", "kel", "kelurahan", "kota", "lampu", "lubang", "macet",
        "masih", "mohon", "nama", "no", "nomor", "parkir", "pohon", "prov", "provinsi", "rt", "rumah", "rusak", "rw",
        "sampah", "saya", "sebelah", "sejak", "selokan", "seluruh", "sering", "setempat", "setiap", "sudah", "telah",
        "tepatnya", "terdapat", "terima", "terjadi", "tidak", "tolong", "trotoar", "untuk", "warga", "yang", "yth",
    }
)  # fmt: skip
# Words of sentences that the vocabulary of complaints has no use for.
_OTHER_WORDS = frozenset(
    {
        "abis", "acara", "adek", "adik", "agak", "akses", "akun", "alias", "aman", "ambruk", "aneh", "anjal", "antar",
        "antena", "antre", "antrean", "antri", "assalamualaikum", "atap", "ayah", "baik", "balita", "bang", "bayar",
        "beliau", "bengkel", "bensin", "biar", "bingung", "bosan", "bundaran", "bung", "bunyi", "butuh", "camat",
        "cape", "capek", "cctv", "copet", "cuci", "dana", "durasi", "edit", "emang", "futsal", "gali", "gempa",
        "genset", "genteng", "gerbang", "gereja", "gitu", "gratis", "gudang", "gulungan", "gundul", "hajatan", "hansip",
        "hello", "heran", "hormat", "hormati", "ikut", "iuran", "jadwal", "jambret", "jarang", "jendela", "kaca",
        "kagak", "kakak", "kakek", "kambing", "kamera", "kawan", "kedip", "kesal", "kira", "kode", "kuota", "kursi",
        "laki", "lalat", "langganan", "laundry", "lelah", "lift", "loket", "lumayan", "maaf", "mahal", "maklum",
        "mampu", "masjid", "misal", "monggo", "murah", "nenek", "netra", "nomer", "nuhun", "numpang", "paman",
        "panitia", "patok", "pegawai", "pelayanan", "pemuda", "pertalite", "pesta", "pita", "please", "proposal",
        "redup", "rekan", "remaja", "roboh", "sabar", "salon", "satpam", "saudara", "sedih", "sehat", "semen", "semut",
        "sepi", "siap", "silau", "solar", "stok", "suka", "surat", "surut", "suwun", "tahu", "tanda", "tante", "telat",
        "teman", "tenang", "tentara", "tentu", "tepat", "thanks", "tiada", "token", "toko", "tolongin", "trim", "trims",
        "trmksh", "trus", "tuna", "uang", "ujar", "update", "vandal", "voli", "wassalam", "wilayah",
    }
)  # fmt: skip
# Below so many letters, or without a vowel, a word is a shortened one: "byk", "krn", "bnyk".
_MIN_LETTERS = 4
# The last words of many names, and of sentences by no means.
_OF_NAMES = frozenset({"asri", "indah", "jaya", "makmur", "mekar", "mulya", "permai", "sejahtera"})
_VOWELS = frozenset("aeiou")
_AFFIXED = re.compile(r"(?:ber|di|ke|me[mn]|pe[mn]|se|ter)[a-z]{4,}|[a-z]{3,}(?:nya|kan|lah|kah)")


class Continued:
    """Whether the name that ends at a word of a text goes on behind it.

    Args:
        text: As written.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def at(self, start: int, end: int, gazetteer: Gazetteer) -> bool:
        """Say whether the word behind a name goes on with it.

        Args:
            start: Position of the name's first word.
            end: Position of the word behind its last.
            gazetteer: Of the city.
        """
        if not 0 < end < len(self._spans) or self._is_parted(end):
            return False
        word = self._word(end)
        if word.casefold() in SENTENCE_STARTS or gazetteer.begins_name(word):
            return False
        if word[0].isupper() and not self._is_shouted:
            return True
        # "Cideng gelap" ended where the capital did.
        is_told_apart = self._word(start)[0].isupper() and not self._is_shouted
        return not is_told_apart and not _is_of_a_sentence(word.casefold())

    def is_foreign(self, position: int, gazetteer: Gazetteer) -> bool:
        """Say whether the word behind the title of an area begins a name that none of the city's areas bears.

        Args:
            position: Of the word.
            gazetteer: Of the city.
        """
        if position >= len(self._spans):
            return False
        word = self._word(position)
        plainly = word.casefold()
        if len(word) < _MIN_LETTERS or plainly in SENTENCE_STARTS or _VOWELS.isdisjoint(plainly):
            return False
        if gazetteer.begins_name(word):
            return self._parts_ways(position, gazetteer)
        if gazetteer.is_word_of_area(plainly) or gazetteer.elsewhere.names_own(plainly):
            return False
        return (word[0].isupper() and not self._is_shouted) or not _is_of_a_sentence(plainly)

    def _parts_ways(self, position: int, gazetteer: Gazetteer) -> bool:
        """Whether two words with a capital begin a name, and none of the city's: Sungai Kunjang is not Sungai Bambu."""
        if self._is_shouted or position + 1 >= len(self._spans) or self._is_parted(position + 1):
            return False
        first, second = self._word(position), self._word(position + 1)
        if not (first[0].isupper() and second[0].isupper()) or second.casefold() in SENTENCE_STARTS:
            return False
        return not gazetteer.has_names_from(squash(first + second)) and not gazetteer.begins_name(second)

    def _is_parted(self, end: int) -> bool:
        """Whether more than blanks part a word from the one before it."""
        return bool(self._plain[self._spans[end - 1][1] : self._spans[end][0]].strip(" "))

    def _word(self, position: int) -> str:
        start, stop = self._spans[position]
        return self._plain[start:stop]

    @cached_property
    def _plain(self) -> str:
        return plain(self._text)

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return spans(self._plain)

    @cached_property
    def _is_shouted(self) -> bool:
        """Whether capitals mean nothing here: all are, or every word begins with one."""
        initials = [self._plain[start] for start, _ in self._spans if self._plain[start].isalpha()]
        return all(initial.isupper() for initial in initials)


def _is_of_a_sentence(word: str) -> bool:
    """Say whether a word is one of the language, and no name that nobody knows."""
    return word not in _OF_NAMES and (
        len(word) < _MIN_LETTERS
        or not word.isalpha()
        or _VOWELS.isdisjoint(word)
        or word in _OTHER_WORDS
        or _AFFIXED.fullmatch(word) is not None
        or _lexicon().knows(word)
    )


@cache
def _lexicon() -> "Lexicon":
    """How people write complaints: the terms that route them, and the common words beside them."""
    from ml.routing.vocabulary import read_vocabulary
    from ml.routing.words import Lexicon

    vocabulary = read_vocabulary()
    return Lexicon(vocabulary.signs, vocabulary.spellings)
