"""Maps in a browser: as axe judges them, on a phone and on a desk, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from assets.places.boundaries import read_boundaries
from portal.drafts import city
from tests.integration.site import Site
from tests.integration.test_city_map import forecast, query_of
from tests.integration.test_lapor import picture
from tests.integration.window import SIZES, judge

HERE = {"latitude": -6.1754, "longitude": 106.8272}


@pytest.fixture(scope="module")
def address(portal_address: str, real: Path) -> Iterator[str]:
    known = read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", city())
    with Site(portal_address, boundaries=known, lookups=1_000_000) as http:
        yield str(http.base_url).rstrip("/")


def shown(chromium: Browser, address: str, path: str, size: str = "phone", **context: Any) -> Page:
    page = chromium.new_context(viewport=SIZES[size], base_url=address, **context).new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/macet", "/macet?{hour}", "/macet/31.71.01", "/macet/dekat", "/tilang", "/en/macet"])
def test_a_page_with_a_map_fits_and_axe_finds_nothing(
    chromium: Browser, address: str, published: str, path: str, size: str, tmp_path: Path
) -> None:
    page = shown(chromium, address, path.format(hour=query_of(forecast(published)[0]["hour_start"])), size)
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    judge(page)
    page.context.close()


def test_an_area_of_the_map_is_opened_without_scripts_and_by_keyboard(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/macet", java_script_enabled=False)
    page.click("svg.city a[href='/macet/31.75.06'] path")
    assert page.inner_text("h1") == "Kecamatan Cakung"
    page.focus("svg.city a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/macet/31.*")
    page.context.close()


def test_near_me_leads_to_the_kecamatan_and_sends_no_position(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/macet", geolocation=HERE, permissions=["geolocation"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data} {request.headers}"))
    page.click("text=Di dekat saya")
    page.wait_for_url("**/macet/31.71.01")
    assert page.inner_text("h1") == "Kecamatan Gambir"
    assert not [one for one in sent if "6.17" in one or "106.8" in one]
    page.context.close()


def test_near_me_outside_the_city_says_so(chromium: Browser, address: str) -> None:
    far = {"latitude": -7.8, "longitude": 110.4}
    page = shown(chromium, address, "/macet/dekat#cari", geolocation=far, permissions=["geolocation"])
    page.get_by_text("di luar Jakarta").wait_for()
    page.context.close()


def test_the_place_of_a_report_is_shown_on_a_map_without_scripts(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/lapor", java_script_enabled=False)
    page.fill("[name=text]", "Lampu jalan mati")
    page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.select_option("#kecamatan", "31.71.01")
    page.click("text=Buka peta")
    judge_without_scripts(page)
    page.get_by_text("Pilih fotonya sekali lagi").wait_for()
    page.click("input.map", position={"x": 200, "y": 200})
    assert page.input_value("[name=text]") == "Lampu jalan mati"
    assert page.input_value("#kelurahan") == "31.71.01.1001"
    assert page.input_value("[name=latitude]").startswith("-6.1")
    assert page.locator("figure.point svg").count() == 1
    page.context.close()


def judge_without_scripts(page: Page) -> None:
    assert page.locator("input.map").bounding_box() is not None
    box = page.locator("input.map").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (288, 288)
    assert box["x"] + box["width"] <= SIZES["phone"]["width"]


@pytest.mark.parametrize("size", SIZES)
def test_with_scripts_the_map_opens_in_place_and_photos_stay(chromium: Browser, address: str, size: str) -> None:
    page = shown(chromium, address, "/lapor", size, geolocation=HERE, permissions=["geolocation"])
    page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.select_option("#kecamatan", "31.71.01")
    page.click("text=Buka peta")
    page.locator("input.map").wait_for()
    judge(page)
    page.click("input.map", position={"x": 200, "y": 200})
    page.locator("figure.point svg").wait_for()
    assert page.input_value("#kelurahan") == "31.71.01.1001"
    page.select_option("#kategori", "Jaringan Listrik")
    page.locator("#serupa fieldset, #serupa .hint").first.wait_for()
    judge(page)
    page.click("text=Hapus titik")
    page.locator("figure.point").wait_for(state="detached")
    page.click("[data-locate] button")
    page.locator("figure.point svg").wait_for()
    assert page.input_value("[name=latitude]") == "-6.175400"
    assert page.evaluate("document.querySelector('[name=photo]').files.length") == 1
    page.context.close()
