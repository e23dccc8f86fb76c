"""Names that people say are theirs.

Belongs here: reading a name in a text. Does not belong here: whether a report needs one (complete.py).
"""

import re
from functools import cache

from assets.complaints.tracking import number_as_written
from assets.complaints.triage.addresses import NO_WORDS_OF_NAMES
from assets.complaints.triage.filed import SILENT
from assets.complaints.triage.words import city_words
from assets.places.gazetteer import Gazetteer
from assets.places.mentions import mentions
from assets.places.spelling import words

MOST_WORDS_OF_A_NAME = 4
# "Nama saya Siti", "nama: Budi Santoso", "a.n. Budi"; but "Jl. An Nur" has the article of an Arabic name.
_STATED = re.compile(
    r"\b(?:nama(?:\s+(?:lengkap|saya|pelapor|ku))*|a[./]n\.?|an\.|an(?!\s+n)|atas\s+nama)(?:\s*[:=]\s*|\s+(?:adalah\s+)?)"
    r"(?P<name>[^\W\d_][^\d,.;:!?\n()]*)",
    re.IGNORECASE,
)
# What a person says before the name alone.
BEFORE_A_NAME = frozenset({"bpk", "dengan", "ibu", "ini", "nama", "pak", "bu", "saya"})
# Behind a name these begin what else is told.
_BEHIND = frozenset(
    {"alamat", "dari", "di", "ingin", "lapor", "melapor", "mau", "melaporkan", "mohon", "tinggal", "warga"}
)


def stated_name(text: str) -> str | None:
    """Read the name that a text says is its writer's.

    >>> stated_name("Nama saya Siti Aminah, lampu mati"), stated_name("a/n Nina"), stated_name("Jl. An Nur gelap")
    ('Siti Aminah', 'Nina', None)
    """
    match = _STATED.search(text)
    return None if match is None else _name(match["name"].split())


def name_in_reply(text: str, gazetteer: Gazetteer) -> str | None:
    """Read the name of a reply to the question for it: stated, or nothing but a name.

    >>> from assets.reference import load_reference
    >>> from assets.city import city_folder
    >>> gazetteer = Gazetteer(load_reference(city_folder()))
    >>> [name_in_reply(text, gazetteer) for text in ("Budi Santoso", "lampu mati lagi", "Gambir")]
    ['Budi Santoso', None, None]
    """
    text = number_as_written().sub(" ", text)
    if (name := stated_name(text)) is not None:
        return name
    alone = re.sub(r"[^\w\s'.-]", " ", text).split()
    while alone and alone[0].casefold().strip(".") in BEFORE_A_NAME:
        alone = alone[1:]
    if not 1 <= len(alone) <= MOST_WORDS_OF_A_NAME or mentions(text, gazetteer):
        return None
    name = _name(alone)
    return name if name is not None and len(name.split()) == len(alone) else None


def _name(cut: list[str]) -> str | None:
    """The words of a name at the beginning of words; None where they are no name."""
    name: list[str] = []
    for word in cut[:MOST_WORDS_OF_A_NAME]:
        plain = "".join(words(word))
        if (
            not plain.isalpha()
            or plain in SILENT | NO_WORDS_OF_NAMES | _BEHIND | city_words()
            or plain in _words_of_problems()
        ):
            break
        name.append(word.strip(".-"))
    return " ".join(name) if sum(map(len, name)) >= 3 else None


@cache
def _words_of_problems() -> frozenset[str]:
    """The words that point to an agency or a category: "air mampet" is nobody's name."""
    from ml.routing.vocabulary import read_vocabulary

    return frozenset(word for term in read_vocabulary().signs for word in words(term))
