"""A kecamatan's map and the squares of the city: what is pointed at is what is meant."""

import json
import math
import re
from xml.etree import ElementTree

import pytest

from assets.reference import CityReference
from portal.kelurahan_map import SIDE
from portal.places import NOWHERE, Places

pytestmark = pytest.mark.jakarta

# Degrees: a pixel of the largest kecamatan is about 50 m.
PIXEL = 0.0005


def test_a_click_on_a_kelurahans_name_is_in_it(places: Places, reference: CityReference) -> None:
    """The path is of the picture, the point of the earth: both by the same reckoning."""
    for kecamatan in reference.kecamatan:
        if kecamatan.startswith("31.01"):
            continue
        drawn = places.kelurahan_maps.draw(kecamatan)
        for kelurahan in [one for one in reference.kelurahan.values() if one.kecamatan_code == kecamatan]:
            marked = places.kelurahan_maps.draw(kecamatan, (kelurahan.latitude, kelurahan.longitude))
            [(x, y)] = re.findall(r'<path d="M([\d.-]+) ([\d.-]+)l-7', marked)
            latitude, longitude = places.kelurahan_maps.point(kecamatan, round(float(x)), round(float(y)))
            assert abs(latitude - kelurahan.latitude) < PIXEL
            assert abs(longitude - kelurahan.longitude) < PIXEL
            assert all(f">{word}</tspan>" in drawn for word in kelurahan.name.split())


@pytest.mark.parametrize("kecamatan", ["31.71.01", "31.01.01"])
def test_the_picture_is_one_of_its_own_and_runs_nothing(places: Places, kecamatan: str) -> None:
    drawn = places.kelurahan_maps.draw(kecamatan, (-6.17, 106.82))
    picture = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    assert (picture.attrib["width"], picture.attrib["height"]) == (str(SIDE), str(SIDE))
    assert not re.search(r" style=|<script|<style| on\w+=|class=", drawn)
    assert len(drawn) < 25_000


@pytest.mark.slow
def test_a_phone_finds_its_kecamatan_by_its_square(places: Places, reference: CityReference) -> None:
    table = json.loads(places.squares)

    def found(latitude: float, longitude: float) -> str | None:
        row = math.floor(latitude * table["squares"]) - table["south"]
        column = math.floor(longitude * table["squares"]) - table["west"]
        letter = table["rows"][row][column]
        return None if letter == NOWHERE else table["areas"][table["letters"].index(letter)]

    points = list(reference.kelurahan.values())
    right = [one for one in points if found(one.latitude, one.longitude) == one.kecamatan_code]
    # A square of a kilometre holds the border of many small kelurahan.
    assert len(right) > 0.8 * len(points)
    assert found(-6.1754, 106.8272) == "31.71.01"
    # In Tangerang Selatan.
    assert found(-6.30, 106.66) is None
    assert len(places.squares) < 8_000


def test_a_point_outside_the_city_has_no_map(places: Places) -> None:
    assert places.marked_map((-7.8, 110.4)) is None
    assert places.marked_map(None) is None
    assert places.marked_map((-6.1754, 106.8272)) is not None
