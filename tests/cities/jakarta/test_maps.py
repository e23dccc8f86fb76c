"""The report's map of the city, as tiles and by its real boundaries."""

import re
from pathlib import Path

import numpy as np
import pytest

from assets.city import city_folder
from assets.places.boundaries import read_boundaries
from assets.reference import CityReference, load_reference
from assets.reports.language import language
from assets.reports.maps import HEIGHT, PHONE_WIDTH, WIDTH, CityMap, city_map, draw_map, draw_phone_map
from assets.reports.svg import scale_colour

pytestmark = pytest.mark.jakarta


@pytest.fixture(scope="module")
def reference() -> CityReference:
    return load_reference(city_folder())


@pytest.fixture(scope="module")
def tiles(reference: CityReference) -> CityMap:
    """The map without boundaries."""
    return city_map(reference, None)


def test_every_kecamatan_has_a_tile_of_its_own(tiles: CityMap, reference: CityReference) -> None:
    assert set(tiles.shapes) == set(reference.kecamatan)
    places = {(shape.x, shape.y) for shape in tiles.shapes.values()}
    assert len(places) == len(reference.kecamatan)
    assert all(0 < x < WIDTH and 0 < y < tiles.height for x, y in places)


def test_the_phone_has_a_tile_with_a_name_for_every_kecamatan(tiles: CityMap, reference: CityReference) -> None:
    assert set(tiles.phone) == set(reference.kecamatan)
    places = {(shape.x, shape.y) for shape in tiles.phone.values()}
    assert len(places) == len(reference.kecamatan)
    assert all(0 < x < PHONE_WIDTH for x, _ in places)
    names = {area.code: area.name for area in reference.kecamatan.values()}
    drawn = draw_phone_map(tiles, dict.fromkeys(names, 3), names, language("id"))
    for name in names.values():
        assert all(f">{word}</text>" in drawn for word in name.split())


def test_tiles_keep_north_and_west(tiles: CityMap, reference: CityReference) -> None:
    near = [area for area in reference.kecamatan.values() if area.kota_code != "31.01"]
    x, y = np.array([(tiles.shapes[area.code].x, tiles.shapes[area.code].y) for area in near]).T
    longitude, latitude = np.array([(area.longitude, area.latitude) for area in near]).T
    assert np.corrcoef(x, longitude)[0, 1] > 0.9
    assert np.corrcoef(y, -latitude)[0, 1] > 0.9


def test_an_area_is_coloured_by_its_hours_and_white_without_a_forecast(tiles: CityMap) -> None:
    names = dict.fromkeys(tiles.shapes, "Nama")
    codes = list(tiles.shapes)
    drawn = draw_map(tiles, {codes[0]: 40, codes[1]: 0}, names, {}, language("id"))
    assert re.search(f'class="shape" fill="{scale_colour(100)}"[^>]*><title>Nama: 40 jam macet sepekan', drawn)
    assert drawn.count("<title>Nama: tanpa ramalan</title>") == len(codes) - 2
    assert "jam macet sepekan (jam)" in drawn


def test_real_boundaries_are_dissolved_to_kecamatan(real: Path, reference: CityReference) -> None:
    boundaries = read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", reference)
    shapes = city_map(reference, boundaries)
    assert set(shapes.shapes) == set(reference.kecamatan)
    assert not shapes.is_tiles
    numbers = [float(number) for shape in shapes.shapes.values() for number in re.findall(r"-?[\d.]+", shape.path)]
    assert min(numbers) >= 0
    assert max(numbers) <= max(WIDTH, HEIGHT)
    # On the mainland a kecamatan is one piece, but for islands that were heaped up before the shore.
    pieces = [shape.path.count("M") for code, shape in shapes.shapes.items() if not code.startswith("31.01")]
    assert np.median(pieces) == 1
    ranks = {code: rank for rank, code in enumerate(shapes.shapes, start=1) if rank <= 10}
    drawn = draw_map(shapes, dict.fromkeys(shapes.shapes, 3), dict.fromkeys(shapes.shapes, ""), ranks, language("id"))
    assert drawn.count('class="rank"') == 10
    assert len(drawn) < 150_000
