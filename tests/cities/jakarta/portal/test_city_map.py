"""The map of the city as part of a page: every area once, small, legible without colour."""

import re
from xml.etree import ElementTree

import pytest

from assets.reference import CityReference
from portal.city_map import LETTER, LINE
from portal.places import Places
from portal.tiles import Tile

pytestmark = pytest.mark.jakarta

# Bytes that the map may take of a page.
MOST = 60_000


def tiles(reference: CityReference) -> dict[str, Tile]:
    levels = ("lancar", "macet")
    return {
        code: Tile(
            levels[number % 2], f"{area.name}: {levels[number % 2]}", "M" if number % 2 else "", f"/macet/{code}"
        )
        for number, (code, area) in enumerate(reference.kecamatan.items())
    }


def test_every_kecamatan_is_a_link_that_says_what_its_colour_says(places: Places, reference: CityReference) -> None:
    drawn = places.city_map.draw(tiles(reference), "Macet & lancar", list(reference.kecamatan)[:6])
    picture = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    links = picture.findall("a")
    assert {link.attrib["href"].rpartition("/")[2] for link in links} == set(reference.kecamatan)
    assert [link for link in links if link.findtext("title") == "Gambir: lancar"]
    for link in links:
        letters = [text.text for text in link.findall("text") if text.attrib["class"] == "figure"]
        assert letters == (["M"] if "macet" in link.attrib["class"] else [])
    assert len(drawn) < MOST
    assert not re.search(r" style=|<script|<style| on\w+=", drawn)


def test_names_of_the_worst_are_written_and_cover_none_before_them(bounded: Places, reference: CityReference) -> None:
    wanted = list(reference.kecamatan)
    picture = ElementTree.fromstring(bounded.city_map.draw(tiles(reference), "Macet", wanted))  # noqa: S314 - our own
    names = [text for text in picture.findall("text") if text.attrib["class"] == "name"]
    assert names[0].text == reference.kecamatan[wanted[0]].name.split()[0]
    boxes = [(float(one.attrib["x"]), float(one.attrib["y"]), len(one.text or "") * LETTER / 2) for one in names]
    for number, (x, y, half) in enumerate(boxes):
        assert not [one for one in boxes[:number] if abs(x - one[0]) < half + one[2] and abs(y - one[1]) < LINE - 0.2]
    assert 10 < len(names) < sum(len(area.name.split()) for area in reference.kecamatan.values())


@pytest.mark.slow
def test_the_map_around_a_kecamatan_shows_it_and_those_beside_it(places: Places, reference: CityReference) -> None:
    shown = tiles(reference)
    for code in reference.kecamatan:
        beside = places.city_map.beside(code)
        assert beside
        assert code not in beside
        picture = ElementTree.fromstring(places.city_map.draw_around(code, shown, "Sekitar"))  # noqa: S314 - our own
        links = {link.attrib["href"].rpartition("/")[2]: link.attrib["class"] for link in picture.findall("a")}
        assert set(links) == {code, *beside}
        assert [one for one, css in links.items() if css.split()[-1] == "own"] == [code]


def test_who_is_beside_one_has_it_beside(bounded: Places, reference: CityReference) -> None:
    mainland = [code for code in reference.kecamatan if not code.startswith("31.01")]
    for code in mainland:
        assert all(code in bounded.city_map.beside(one) for one in bounded.city_map.beside(code))
    assert {"31.71.02", "31.71.03"} & set(bounded.city_map.beside("31.71.01"))


@pytest.mark.parametrize("figure", ["1.234.567", "12"])
def test_a_figure_that_has_no_room_is_left_out(bounded: Places, reference: CityReference, figure: str) -> None:
    shown = {code: Tile("of-1", "told", figure, "/") for code in reference.kecamatan}
    written = bounded.city_map.draw(shown, "Tilang").count(f">{figure}<")
    assert (written < 15) if len(figure) > 2 else (written > 35)
