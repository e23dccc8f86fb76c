"""The place of a report by map, without a script: which map is opened, and which point a click on it is."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assets.places.boundaries import read_boundaries
from portal.drafts import city
from tests.integration.site import Site
from tests.integration.test_lapor import NASTY, hidden

GAMBIR = "31.71.01"


@pytest.fixture(scope="module", params=["boundaries", "points"])
def site(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A portal of a city with boundaries, and of one without; no database: none is needed."""
    known = None
    if request.param == "boundaries":
        real: Path = request.getfixturevalue("real")
        known = read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", city())
    with Site("postgresql://portal@127.0.0.1:1/none", boundaries=known) as http:
        yield http


def step(http: httpx.Client, **fields: str) -> httpx.Response:
    """Open the form and press one of its buttons."""
    return http.post("/lapor/tempat", data={**hidden(http.get("/lapor").text), "text": "Lampu mati", **fields})


def chosen(page: str) -> str | None:
    found = re.search(r'<option value="(31[\d.]{11})" selected>', page)
    return found[1] if found else None


def point(page: str) -> tuple[str, str]:
    [latitude], [longitude] = (re.findall(f'name="{name}" value="([^"]*)"', page) for name in ("latitude", "longitude"))
    return latitude, longitude


def test_a_click_on_the_map_is_a_point_and_its_kelurahan(site: httpx.Client) -> None:
    opened = step(site, peta="1", kecamatan=GAMBIR).text
    [source] = re.findall(r'<input class="map" type="image" name="titik" src="([^"]+)"', opened)
    assert "Lampu mati" in opened
    picture = site.get(source)
    assert picture.headers["content-type"] == "image/svg+xml"
    name = re.search(r'<tspan x="([\d.]+)" y="([\d.]+)">Cideng</tspan>', picture.text)
    assert name
    given = {"peta_dari": GAMBIR, "titik.x": str(round(float(name[1]))), "titik.y": str(round(float(name[2])))}
    pointed = step(site, **given).text
    assert chosen(pointed) == "31.71.01.1002"
    latitude, longitude = (float(degrees) for degrees in point(pointed))
    assert abs(latitude + 6.17) < 0.02
    assert abs(longitude - 106.81) < 0.02
    assert 'class="point"' in pointed
    assert point(step(site, hapus="1", kelurahan="31.71.01.1002", latitude="-6.1", longitude="106.8").text) == ("", "")


def test_the_map_is_that_of_the_kelurahan_that_was_chosen_before(site: httpx.Client) -> None:
    assert "/lapor/peta/31.74.01.svg" in step(site, peta="1", kelurahan="31.74.01.1001", kecamatan=GAMBIR).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"peta": "1"}, "Pilih dulu kecamatannya"),
        ({"peta": "1", "kecamatan": NASTY}, "Pilih dulu kecamatannya"),
        ({"peta_dari": GAMBIR, "titik.x": "0", "titik.y": "0"}, "tidak terbaca"),
        ({"peta_dari": GAMBIR, "titik.x": "9" * 5000, "titik.y": "-1"}, "tidak terbaca"),
        ({"peta_dari": NASTY, "titik.x": "5", "titik.y": "5"}, "Pilih dulu kecamatannya"),
        ({"cari": "1", "latitude": "-7.8", "longitude": "110.4"}, "di luar Jakarta"),
        ({"cari": "1", "latitude": NASTY, "longitude": "nan"}, "di luar Jakarta"),
        ({"serupa": "1"}, "Pilih dulu kelurahan dan jenis masalahnya"),
    ],
)
def test_what_is_no_place_is_said_in_words(site: httpx.Client, fields: dict[str, str], words: str) -> None:
    answer = step(site, **fields)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<script>alert" not in answer.text


def test_the_phones_own_position_chooses_its_kelurahan(site: httpx.Client) -> None:
    found = step(site, cari="1", latitude="-6.175400", longitude="106.827200").text
    assert chosen(found) == "31.71.01.1001"
    assert point(found) == ("-6.175400", "106.827200")


def test_photos_that_a_browser_did_not_bring_along_are_asked_for_again(site: httpx.Client) -> None:
    assert "Pilih fotonya sekali lagi" in step(site, peta="1", kecamatan=GAMBIR, photo="rumah-rini.jpg").text
    assert "rumah-rini" not in step(site, peta="1", kecamatan=GAMBIR, photo="rumah-rini.jpg").text


def test_a_step_is_guarded_as_the_form_is(site: httpx.Client) -> None:
    assert site.post("/lapor/tempat", data={"peta": "1", "kecamatan": GAMBIR}).status_code == 403
    assert site.post("/lapor/tempat", content=b" " * 27_000_000).status_code == 413
    assert site.get("/lapor/peta/31.99.99.svg").status_code == 404
    assert site.get("/lapor/peta/31.71.svg").status_code == 404


def test_enter_sends_the_report_and_opens_no_map(site: httpx.Client) -> None:
    """A browser presses a form's first button."""
    page = site.get("/lapor").text
    first = re.findall(r"<button[^>]*>", page[page.index('<form class="report"') :])[0]
    assert "formaction" not in first


def test_near_me_is_found_by_the_phone(site: httpx.Client) -> None:
    page = site.get("/macet/dekat")
    assert page.text.count('href="/macet/31.') == len(city().kecamatan)
    assert '<script src="/static/near.js" defer>' in page.text
    table = site.get("/macet/dekat.json")
    assert "public" in table.headers["cache-control"]
    assert set(table.json()["areas"]) == set(city().kecamatan)
