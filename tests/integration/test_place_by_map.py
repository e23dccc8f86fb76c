"""The place of a report by map, without a script: which map is opened, and which point a click on it is."""

import re
from collections.abc import Iterator

import httpx
import pytest

from assets.city import city
from tests.integration.outlines import boundaries, spot_of
from tests.integration.site import Site
from tests.integration.test_lapor import NASTY, hidden
from tests.served import HERE, HERE_AREA, NEXT, NEXT_AREA, REFERENCE

AREA = HERE_AREA.code
ELSEWHERE = next(one for one in REFERENCE.kelurahan.values() if one.kecamatan_code == NEXT_AREA.code)


@pytest.fixture(scope="module", params=["boundaries", "points"])
def site(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A portal of a city with boundaries, and of one without; no database: none is needed."""
    known = boundaries(request.getfixturevalue("real")) if request.param == "boundaries" else None
    with Site("postgresql://portal@127.0.0.1:1/none", boundaries=known) as http:
        yield http


def step(http: httpx.Client, **fields: str) -> httpx.Response:
    """Open the form and press one of its buttons."""
    return http.post("/lapor/tempat", data={**hidden(http.get("/lapor").text), "text": "Lampu mati", **fields})


def chosen(page: str) -> str | None:
    found = re.search(r'<option value="([\d.]{13})" selected>', page)
    return found[1] if found else None


def point(page: str) -> tuple[str, str]:
    [latitude], [longitude] = (re.findall(f'name="{name}" value="([^"]*)"', page) for name in ("latitude", "longitude"))
    return latitude, longitude


def test_a_click_on_the_map_is_a_point_and_its_kelurahan(site: httpx.Client) -> None:
    opened = step(site, peta="1", kecamatan=AREA).text
    [source] = re.findall(r'<input class="map" type="image" name="titik" src="([^"]+)"', opened)
    assert "Lampu mati" in opened
    picture = site.get(source)
    assert picture.headers["content-type"] == "image/svg+xml"
    x, y = spot_of(picture.text, NEXT.name)
    given = {"peta_dari": AREA, "titik.x": str(round(x)), "titik.y": str(round(y))}
    pointed = step(site, **given).text
    assert chosen(pointed) == NEXT.code
    latitude, longitude = (float(degrees) for degrees in point(pointed))
    assert abs(latitude - NEXT.latitude) < 0.02
    assert abs(longitude - NEXT.longitude) < 0.02
    assert 'class="point"' in pointed
    placed = {"latitude": str(NEXT.latitude), "longitude": str(NEXT.longitude)}
    assert point(step(site, hapus="1", kelurahan=NEXT.code, **placed).text) == ("", "")


def test_the_map_is_that_of_the_kelurahan_that_was_chosen_before(site: httpx.Client) -> None:
    opened = step(site, peta="1", kelurahan=ELSEWHERE.code, kecamatan=AREA).text
    assert f"/lapor/peta/{NEXT_AREA.code}.svg" in opened


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"peta": "1"}, "Pilih dulu kecamatannya"),
        ({"peta": "1", "kecamatan": NASTY}, "Pilih dulu kecamatannya"),
        ({"peta_dari": AREA, "titik.x": "0", "titik.y": "0"}, "tidak terbaca"),
        ({"peta_dari": AREA, "titik.x": "9" * 5000, "titik.y": "-1"}, "tidak terbaca"),
        ({"peta_dari": NASTY, "titik.x": "5", "titik.y": "5"}, "Pilih dulu kecamatannya"),
        ({"cari": "1", "latitude": "-7.8", "longitude": "110.4"}, f"di luar {city().name}"),
        ({"cari": "1", "latitude": NASTY, "longitude": "nan"}, f"di luar {city().name}"),
        ({"serupa": "1"}, "Pilih dulu kelurahan dan jenis masalahnya"),
    ],
)
def test_what_is_no_place_is_said_in_words(site: httpx.Client, fields: dict[str, str], words: str) -> None:
    answer = step(site, **fields)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<script>alert" not in answer.text


def test_the_phones_own_position_chooses_its_kelurahan(site: httpx.Client) -> None:
    latitude, longitude = f"{HERE.latitude:.6f}", f"{HERE.longitude:.6f}"
    found = step(site, cari="1", latitude=latitude, longitude=longitude).text
    assert chosen(found) == HERE.code
    assert point(found) == (latitude, longitude)


def test_photos_that_a_browser_did_not_bring_along_are_asked_for_again(site: httpx.Client) -> None:
    assert "Pilih fotonya sekali lagi" in step(site, peta="1", kecamatan=AREA, photo="rumah-rini.jpg").text
    assert "rumah-rini" not in step(site, peta="1", kecamatan=AREA, photo="rumah-rini.jpg").text


def test_a_step_is_guarded_as_the_form_is(site: httpx.Client) -> None:
    assert site.post("/lapor/tempat", data={"peta": "1", "kecamatan": AREA}).status_code == 403
    assert site.post("/lapor/tempat", content=b" " * 27_000_000).status_code == 413
    assert site.get(f"/lapor/peta/{AREA[:-2]}99.svg").status_code == 404
    assert site.get(f"/lapor/peta/{HERE_AREA.kota_code}.svg").status_code == 404


def test_enter_sends_the_report_and_opens_no_map(site: httpx.Client) -> None:
    """A browser presses a form's first button."""
    page = site.get("/lapor").text
    first = re.findall(r"<button[^>]*>", page[page.index('<form class="report"') :])[0]
    assert "formaction" not in first


def test_near_me_is_found_by_the_phone(site: httpx.Client) -> None:
    page = site.get("/macet/dekat")
    assert page.text.count(f'href="/macet/{city().code}.') == len(REFERENCE.kecamatan)
    assert '<script src="/static/near.js" defer>' in page.text
    table = site.get("/macet/dekat.json")
    assert "public" in table.headers["cache-control"]
    assert set(table.json()["areas"]) == set(REFERENCE.kecamatan)
