"""Texts as triage compares them: words, spellings of names, hashes.

Belongs here: what makes two texts the same text, and which words say something.
Does not belong here: what follows from it (duplicates.py, complete.py, place.py).
"""

import hashlib
import re
import unicodedata

from assets.complaints.model import Report

_WORD = re.compile(r"[^\W_]+")

# Greetings, courtesy and function words: a text of these alone names no problem.
FILLER = frozenset(
    {
        "ada", "adalah", "admin", "agar", "aku", "anda", "assalamualaikum", "atas", "atau", "bang",
        "banget", "bantu", "bantuan", "bapak", "dan", "dari", "dengan", "di", "dimohon",
        "ditindaklanjuti", "dong", "gan", "hai", "halo", "harap", "hello", "hi", "ibu", "ini", "itu",
        "iya", "jakarta", "juga", "kak", "kami", "kasih", "ke", "kepada", "kita", "lanjut", "lapor",
        "laporan", "makasih", "malam", "mas", "mba", "mbak", "min", "mohon", "nih", "ok", "oke",
        "pada", "pagi", "pak", "para", "pemprov", "permisi", "please", "pun", "salam", "sampai",
        "sangat", "saya", "segera", "sekali", "selamat", "siang", "sih", "sore", "sudah", "terima",
        "terimakasih", "tes", "test", "thanks", "the", "tidak", "tindak", "tindaklanjuti", "to",
        "tolong", "untuk", "up", "ya", "yang", "yg", "yth",
    }
)  # fmt: skip


def words(text: str) -> list[str]:
    """Cut a text into its words, without case, accents or punctuation.

    >>> words("Jl. Kali-Baru,  RÉPÉT!")
    ['jl', 'kali', 'baru', 'repet']
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(text.casefold())


def squash(text: str) -> str:
    """Spell a name without case, blanks or punctuation.

    >>> squash("KALI BARU") == squash("Kalibaru ")
    True
    """
    return "".join(words(text))


def telling_words(text: str) -> int:
    """Count the different words that say something: of letters, two or more, no courtesy.

    >>> telling_words("Tolong dong pak, lampu jalan mati!!"), telling_words("mohon ditindaklanjuti min")
    (3, 0)
    """
    return len({word for word in words(text) if len(word) > 1 and word.isalpha() and word not in FILLER})


def text_hash(text: str) -> str:
    """SHA-256 of the words of a text, hexadecimal: equal for texts that differ in case and punctuation."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()


def report_text(report: Report) -> str:
    """Join what a report says in its reporter's own words: the text that is judged, hashed and compared."""
    return f"{report.title or ''} {report.description}"
