"""The city's folder is whole, as triage reads it and as the sample city does."""

from assets.city import CITIES
from assets.reference import load_reference
from sample_city.reference import read_reference

SEEDS = CITIES / "jakarta"


def test_the_city_is_whole():
    city = load_reference(SEEDS)
    assert (len(city.kecamatan), len(city.kelurahan), len(city.categories)) == (44, 267, 68)
    assert {"kelurahan", "biro_pemerintahan"} <= city.skpd.keys()


def test_the_city_has_its_areas() -> None:
    reference = read_reference(SEEDS)
    assert (len(reference.kecamatan), len(reference.kelurahan), len(reference.categories)) == (44, 267, 68)
