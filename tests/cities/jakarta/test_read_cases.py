"""The shared cases whose reports name places of the city: each is read as it should be."""

import pytest

from tests.unit.cases.test_mail import letters
from tests.unit.cases.test_social import read

ROUNDED = "refused: expected SenderNumber as a telephone number, found one that a spreadsheet rounded"

EXPECTED = {
    "12": {
        "a.json 0": "Rini: lampu mati di Jl. Kebon Sirih, Menteng",
        "b.csv 0": ROUNDED,
        "b.csv 1": "Lampu mati di Jl. Cikini, Menteng",
    },
    "13": {"a.json 0": "Lampu jalan mati\nJl. Kebon Sirih 5, Menteng"},
    "32": {
        "a.json 0": "@kota lampu jalan mati di Jl. Sabang Menteng",
        "stream.json 0": "@kota got mampet",
        "stream.json 1": "@kota jalan rusak",
    },
}


@pytest.mark.parametrize("number", EXPECTED)
def test_a_case_gives_what_it_expects(number):
    assert read(number) == EXPECTED[number]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("blank-line.xml", ["Lampu jalan mati di Jl. Sabang, Menteng"]),
        ("nbsp.xml", ["Lampu mati di Jl. Sabang, Menteng", "Lampu jalan mati di Jl. Sabang, Menteng"]),
        ("control.xml", ["Lampu mati di Jl. Sabang, Menteng", "Lampu jalan mati di Jl. Sabang, Menteng"]),
        ("ampersand.xml", ["RT & RW di Jl. Sabang, Menteng", "Lampu jalan mati di Jl. Sabang, Menteng"]),
    ],
    ids=["25-blank-line", "25-nbsp", "25-control", "25-ampersand"],
)
def test_a_feed_with_one_bad_character(name, texts):
    assert [letter.description for letter in letters("25", name)] == texts
