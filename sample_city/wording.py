"""How a citizen turns a problem and a place into a message.

Belongs here: sentences, abbreviations, slips of the finger and the many ways to name a place.
Does not belong here: the phrases (vocabulary.py), who writes when and where (complaints.py).
"""

import numpy as np

from sample_city.model import PlaceBasis
from sample_city.reference import Kelurahan
from sample_city.spots import Spot
from sample_city.vocabulary import (
    DETAILS,
    OPENINGS,
    PLEAS,
    PLEAS_WITHOUT_PROBLEM,
    SHORT_FORMS,
)

SLOPPY_SHARE = 0.45
_SHORT_FORM_SHARE = 0.5
_SLIP_SHARE = 0.04
_MISSPELT_SHARE = 0.06


def pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    """One of the choices, each as likely as the other."""
    return choices[int(rng.integers(len(choices)))]


def message(rng: np.random.Generator, problem: str, place: str) -> str:
    """A complaint as written: opening, problem, detail, place and plea in a citizen's order.

    Args:
        rng: Source of every choice.
        problem: What is wrong.
        place: Where, in words; empty for a message that does not say.
    """
    detail = pick(rng, DETAILS).format(n=int(rng.integers(2, 9)), h=int(rng.integers(5, 22)))
    core = ", ".join(part for part in (problem, detail) if part)
    if rng.random() < SLOPPY_SHARE:
        core = sloppy(rng, core)
    opening, plea = pick(rng, OPENINGS), pick(rng, PLEAS)
    if rng.random() < 0.3:
        parts = [opening, f"{place}," if place else "", f"{core}.", plea]
    else:
        parts = [opening, core, f"{place}." if place else "", plea]
    separator = "\n" if rng.random() < 0.08 else " "
    return separator.join(part for part in parts if part)


def message_without_problem(rng: np.random.Generator, place: str) -> str:
    """A message that asks for help without saying with what."""
    return " ".join(part for part in (place, pick(rng, PLEAS_WITHOUT_PROBLEM)) if part)


def sloppy(rng: np.random.Generator, text: str) -> str:
    """The same words in a hurry: short forms, and now and then two letters swapped."""
    return " ".join(_hurried(rng, word) for word in text.split(" "))


def street_in_words(rng: np.random.Generator, spot: Spot) -> str:
    """The street as somebody writes it."""
    return f"{pick(rng, ('Jl. ', 'Jl ', 'Jalan ', 'Jl.', 'jln '))}{spot.street}"


def place_in_words(rng: np.random.Generator, kelurahan: Kelurahan, basis: PlaceBasis, spot: Spot) -> str:
    """What a message says about its place; empty for `PlaceBasis.NONE`.

    Args:
        rng: Source of every choice.
        kelurahan: The true area.
        basis: Whether the message names the kelurahan, only the kecamatan, or neither.
        spot: The true place; one in four names only a landmark near it.
    """
    if basis is PlaceBasis.NONE:
        return ""
    near = spot.landmark if rng.random() < 0.25 else spot_in_words(rng, spot)
    if basis is PlaceBasis.KECAMATAN_NAME:
        area = pick(rng, ("Kec. {0}", "kecamatan {0}", "kec {0}")).format(kelurahan.kecamatan.name)
    else:
        area = area_in_words(rng, kelurahan)
    return f"{pick(rng, ('di ', 'Lokasi ', 'tepatnya di ', ''))}{near} {area}"


def spot_in_words(rng: np.random.Generator, spot: Spot) -> str:
    """The street, RT and RW, or all of them."""
    street = street_in_words(rng, spot)
    return pick(
        rng, (street, f"{street} {spot.landmark}", f"{street} RT {spot.rt}/{spot.rw}", doors_in_words(rng, spot))
    )


def doors_in_words(rng: np.random.Generator, spot: Spot) -> str:
    """RT and RW."""
    return pick(rng, ("RT {0} RW {1}", "RT {0}/RW {1}", "RT.{0}/{1}", "rt {2} rw {3}")).format(
        spot.rt, spot.rw, int(spot.rt), int(spot.rw)
    )


def spelt(rng: np.random.Generator, name: str) -> str:
    """The name of an area as somebody types it: mostly right, sometimes in one word or with a slip."""
    if rng.random() >= _MISSPELT_SHARE:
        return name
    if " " in name:
        return name.replace(" ", "", 1).capitalize()
    return _slip(rng, name) if len(name) > 6 else name


def area_in_words(rng: np.random.Generator, kelurahan: Kelurahan) -> str:
    """The kelurahan as somebody writes it."""
    name = spelt(rng, kelurahan.name)
    form = pick(rng, ("Kel. {0}", "kelurahan {0}", "Kel {0}", "Kelurahan {1}", "kel. {2}", "Kel. {0} Kec. {3}"))
    # Only a name of several words stands without its rank: "daerah Baru" could be anywhere.
    if " " in kelurahan.name and rng.random() < 0.15:
        form = pick(rng, ("daerah {0}", "{0}", "{0}, {4}"))
        name = kelurahan.name
    return form.format(name, name.upper(), name.lower(), kelurahan.kecamatan.name, kelurahan.kecamatan.city_name)


def _hurried(rng: np.random.Generator, word: str) -> str:
    if word in SHORT_FORMS and rng.random() < _SHORT_FORM_SHARE:
        return SHORT_FORMS[word]
    if len(word) > 5 and rng.random() < _SLIP_SHARE:
        return _slip(rng, word)
    return word


def _slip(rng: np.random.Generator, word: str) -> str:
    at = int(rng.integers(1, len(word) - 2))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
