"""Texts as triage compares them: which words say something, and their hash.

Belongs here: what makes two texts the same text, and which words say something.
Does not belong here: what follows from it (again.py, complete.py).
"""

import hashlib
from functools import cache

from assets.city import city
from assets.complaints.model import Report
from assets.places.place import Whereabouts
from assets.places.spelling import words

# Greetings, courtesy and function words: a text of these alone names no problem.
FILLER = frozenset(
    {
        "ada", "adalah", "admin", "agar", "aku", "anda", "assalamualaikum", "atas", "atau", "bang",
        "banget", "bantu", "bantuan", "bapak", "dan", "dari", "dengan", "di", "dimohon",
        "ditindaklanjuti", "dong", "gan", "hai", "halo", "harap", "hello", "hi", "ibu", "ini", "itu",
        "iya", "juga", "kak", "kami", "kasih", "ke", "kepada", "kita", "lanjut", "lapor",
        "laporan", "makasih", "malam", "mas", "mba", "mbak", "min", "mohon", "nih", "ok", "oke",
        "pada", "pagi", "pak", "para", "pemprov", "permisi", "please", "pun", "salam", "sampai",
        "sangat", "saya", "segera", "sekali", "selamat", "siang", "sih", "sore", "sudah", "terima",
        "terimakasih", "tes", "test", "thanks", "the", "tidak", "tindak", "tindaklanjuti", "to",
        "tolong", "untuk", "up", "ya", "yang", "yg", "yth",
    }
)  # fmt: skip


@cache
def city_words() -> frozenset[str]:
    """The words of the city's own name: like courtesy, they tell of no problem and of no place within it."""
    return frozenset(words(city().name))


def telling_words(text: str) -> int:
    """Count the different words that say something: of letters, two or more, no courtesy.

    >>> telling_words("Tolong dong pak, lampu jalan mati!!"), telling_words("mohon ditindaklanjuti min")
    (3, 0)
    """
    silent = FILLER | city_words()
    return len({word for word in words(text) if len(word) > 1 and word.isalpha() and word not in silent})


def text_hash(text: str) -> str:
    """SHA-256 of the words of a text, hexadecimal: equal for texts that differ in case and punctuation."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()


def report_text(report: Report) -> str:
    """Join what a report says in its reporter's own words: the text that is judged, hashed and compared."""
    return f"{report.title or ''} {report.description}"


def whereabouts(report: Report) -> Whereabouts:
    """What a report says of its place."""
    return Whereabouts(
        latitude=report.latitude,
        longitude=report.longitude,
        kelurahan_name=report.kelurahan_name,
        kecamatan_name=report.kecamatan_name,
        address=report.address,
        text=report_text(report),
        city_name=report.city_name,
        province_name=report.province_name,
    )
