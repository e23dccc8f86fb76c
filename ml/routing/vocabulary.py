"""The tables that the city's officers keep: categories, terms and spellings.

Belongs here: reading and checking categories.csv, vocabulary.csv and spellings.csv.
Does not belong here: reading texts (words.py), turning terms into probabilities (cold_start.py).

categories.csv: `category`; `volume`, the common logarithm of its reports a year; `usual_class`, who mostly receives it,
empty where nobody does; `sometimes_classes`, who else, separated by `|`.
vocabulary.csv: `term`, one or more words; `skpd_class`; `strength`, 1 (a hint) to 5 (decides against any category), 9
for a place whose operator receives whatever happens in it, such as a market; `category`, empty where it points to
none. A term may have a row for each of several classes.
spellings.csv: `written`; `means`, in words of the vocabulary, empty for what says nothing: courtesy, common words
that resemble a term, names of places (Pasar Minggu is no market).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ml.routing.classes import ReceivingClass

TABLES = Path(__file__).parent
MAX_STRENGTH = 9

T = TypeVar("T")


class VocabularyError(ValueError):
    """A table of the vocabulary cannot be used."""

    def __init__(self, place: str, found: str, expected: str) -> None:
        super().__init__(f"{place}: expected {expected}; found {found}. Mend the row.")


@dataclass(frozen=True, slots=True)
class Category:
    """A category and who receives it."""

    name: str
    volume: float
    usual: ReceivingClass | None
    sometimes: tuple[ReceivingClass, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """What a term points to, and how strongly (1 to 9)."""

    skpd_class: ReceivingClass
    strength: int
    category: str | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The three tables: categories, the signs of each term, what each spelling means."""

    categories: tuple[Category, ...]
    signs: Mapping[str, tuple[Sign, ...]]
    spellings: Mapping[str, str]


def read_vocabulary(folder: Path = TABLES) -> Vocabulary:
    """Read the tables of a folder.

    Raises:
        VocabularyError: If a row names an unknown class or category, repeats another or has no valid number.
    """
    categories = tuple(_read(folder / "categories.csv", _category))
    names = {category.name for category in categories}
    signs: dict[str, tuple[Sign, ...]] = {}
    for term, sign in _read(folder / "vocabulary.csv", lambda row: (row["term"], _sign(row, names))):
        if any(other.skpd_class == sign.skpd_class for other in signs.get(term, ())):
            raise VocabularyError(
                "vocabulary.csv", f"{term!r} twice for {sign.skpd_class}", "one row per term and class"
            )
        signs[term] = (*signs.get(term, ()), sign)
    spellings = dict(_read(folder / "spellings.csv", lambda row: (row["written"], row["means"])))
    return Vocabulary(categories, signs, spellings)


def category_key(name: str) -> str:
    """Spell a category without case, blanks, punctuation or the explanation in brackets.

    >>> category_key("Parkir liar ") == category_key("PARKIR LIAR"), category_key("PMKS (Penyandang Masalah)")
    (True, 'pmks')
    """
    return "".join(re.findall(r"[a-z0-9]+", name.partition("(")[0].casefold()))


def _read(path: Path, parse: Callable[[dict[str, str]], T]) -> list[T]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        parsed = []
        for row in rows:
            try:
                if None in row.values():
                    raise ValueError("a row with fewer cells than the header")
                parsed.append(parse(row))
            except (KeyError, ValueError, AttributeError) as error:
                place = f"{path.name}, line {rows.line_num}"
                raise VocabularyError(place, str(error), "a row as ml/routing/vocabulary.py describes it") from error
    return parsed


def _category(row: dict[str, str]) -> Category:
    usual = row["usual_class"]
    sometimes = tuple(ReceivingClass(name) for name in row["sometimes_classes"].split("|") if name)
    return Category(row["category"], float(row["volume"]), ReceivingClass(usual) if usual else None, sometimes)


def _sign(row: dict[str, str], categories: set[str]) -> Sign:
    strength, category = int(row["strength"]), row["category"] or None
    if not 1 <= strength <= MAX_STRENGTH:
        raise ValueError(f"the strength {strength}")
    if category is not None and category not in categories:
        raise ValueError(f"the category {category!r}, which categories.csv lacks")
    return Sign(ReceivingClass(row["skpd_class"]), strength, category)
