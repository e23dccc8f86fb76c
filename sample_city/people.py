"""The invented people of the sample city.

Belongs here: names, telephone numbers, addresses and account ids that cannot belong to anyone.
Does not belong here: what these people report (complaints.py).

Every family name says that it is invented, every address lies in a domain reserved for examples (RFC 2606),
every telephone number in the block +62 800 000, which no operator hands out.
"""

from dataclasses import dataclass

import numpy as np

POPULATION = 9_000

_FIRST = (
    "Adi", "Agus", "Aisyah", "Andi", "Anisa", "Arif", "Ayu", "Bagus", "Bambang", "Bayu", "Budi", "Citra",
    "Dedi", "Desi", "Dewi", "Dian", "Dina", "Dwi", "Eka", "Endang", "Fajar", "Fitri", "Galih", "Gita",
    "Hadi", "Hana", "Hendra", "Indah", "Intan", "Irfan", "Joko", "Kartika", "Lestari", "Lina", "Made",
    "Maya", "Mega", "Nanda", "Nia", "Nur", "Putri", "Rani", "Ratna", "Rina", "Rizki", "Sari", "Sigit",
    "Siti", "Slamet", "Sri", "Teguh", "Tono", "Tri", "Wahyu", "Wati", "Wulan", "Yanti", "Yudi",
)  # fmt: skip
_FAMILY = (
    "Contoh", "Misalan", "Umpama", "Rekaan", "Percobaan", "Samaran", "Andaian", "Karangan", "Tiruan", "Khayalan",
    "Fiktif",
)  # fmt: skip
_DOMAINS = ("example.org", "example.com", "example.net")


@dataclass(frozen=True)
class Person:
    """Somebody who reports. Personal data in form only."""

    name: str
    phone: str
    email: str
    account_id: str


def person(number: int) -> Person:
    """The invented citizen with that number.

    Args:
        number: 0 to `POPULATION` - 1.

    >>> person(61).name, person(61).phone, person(61).email
    ('Andi Misalan', '+62 800 000 0061', 'andi.misalan61@example.com')
    """
    first = _FIRST[number % len(_FIRST)]
    family = _FAMILY[number // len(_FIRST) % len(_FAMILY)]
    email = f"{first}.{family}{number}@{_DOMAINS[number % len(_DOMAINS)]}".lower()
    return Person(f"{first} {family}", f"+62 800 000 {number:04d}", email, str(900_000_000_000_000 + number))


def citizen(rng: np.random.Generator) -> Person:
    """Anybody."""
    return person(int(rng.integers(POPULATION)))
