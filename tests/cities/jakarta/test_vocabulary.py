"""The router's tables hold the agencies, categories and places of the city."""

import csv

import pytest

from assets.city import CITIES
from ml.routing.classes import CLASSES, class_of_agency
from ml.routing.vocabulary import category_key, read_vocabulary
from ml.routing.words import Lexicon

SEEDS = CITIES / "jakarta"


def column(seed, name):
    with (SEEDS / seed).open(encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_classes_are_those_of_the_seed():
    assert set(CLASSES) == set(column("skpd.csv", "receiving_class"))


def test_categories_are_those_of_the_seed():
    ours = [category.name for category in read_vocabulary().categories]
    assert sorted(ours) == sorted(column("categories.csv", "category_name"))
    assert len({category_key(name) for name in ours}) == len(ours)


def test_every_agency_of_the_seed_has_its_class():
    names = zip(column("skpd.csv", "skpd_name"), column("skpd.csv", "receiving_class"), strict=True)
    assert not [(name, expected) for name, expected in names if class_of_agency(name) != expected]


@pytest.fixture(scope="module")
def lexicon():
    vocabulary = read_vocabulary()
    return Lexicon(vocabulary.signs, vocabulary.spellings)


@pytest.mark.parametrize("place", ["Pasar Minggu", "Lubang Buaya", "Kali Deres", "Taman Sari"])
def test_the_name_of_a_place_is_no_evidence(lexicon, place):
    assert lexicon.terms_in(f"tolong di {place}") == []
