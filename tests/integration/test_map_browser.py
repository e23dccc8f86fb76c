"""Maps in a browser: as axe judges them, on a phone and on a desk, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from assets.city import city
from tests.integration.outlines import boundaries, spot_of
from tests.integration.site import Site
from tests.integration.test_city_map import forecast, query_of
from tests.integration.test_lapor import picture
from tests.integration.window import SIZES, judge
from tests.served import AREAS, HERE, HERE_AREA

POSITION = {"latitude": HERE.latitude, "longitude": HERE.longitude}
AREA_PAGE, FAR = f"/macet/{HERE_AREA.code}", AREAS[-1]


@pytest.fixture(scope="module")
def address(portal_address: str, real: Path) -> Iterator[str]:
    with Site(portal_address, boundaries=boundaries(real), lookups=1_000_000) as http:
        yield str(http.base_url).rstrip("/")


def shown(chromium: Browser, address: str, path: str, size: str = "phone", **context: Any) -> Page:
    page = chromium.new_context(viewport=SIZES[size], base_url=address, **context).new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/macet", "/macet?{hour}", AREA_PAGE, "/macet/dekat", "/tilang", "/en/macet"])
def test_a_page_with_a_map_fits_and_axe_finds_nothing(
    chromium: Browser, address: str, published: str, path: str, size: str, tmp_path: Path
) -> None:
    page = shown(chromium, address, path.format(hour=query_of(forecast(published)[0]["hour_start"])), size)
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    judge(page)
    page.context.close()


def test_an_area_of_the_map_is_opened_without_scripts_and_by_keyboard(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/macet", java_script_enabled=False)
    page.click(f"svg.city a[href='/macet/{FAR.code}'] path")
    assert page.inner_text("h1") == f"Kecamatan {FAR.name}"
    page.focus("svg.city a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/macet/{city().code}.*")
    page.context.close()


def test_near_me_leads_to_the_kecamatan_and_sends_no_position(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/macet", geolocation=POSITION, permissions=["geolocation"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data} {request.headers}"))
    page.click("text=Di dekat saya")
    page.wait_for_url(f"**{AREA_PAGE}")
    assert page.inner_text("h1") == f"Kecamatan {HERE_AREA.name}"
    assert not [one for one in sent if str(HERE.latitude)[:5] in one or str(HERE.longitude)[:5] in one]
    page.context.close()


def test_near_me_outside_the_city_says_so(chromium: Browser, address: str) -> None:
    far = {"latitude": -7.8, "longitude": 110.4}
    page = shown(chromium, address, "/macet/dekat#cari", geolocation=far, permissions=["geolocation"])
    page.get_by_text(f"di luar {city().name}").wait_for()
    page.context.close()


def test_the_place_of_a_report_is_shown_on_a_map_without_scripts(chromium: Browser, address: str) -> None:
    page = shown(chromium, address, "/lapor", java_script_enabled=False)
    page.fill("[name=text]", "Lampu jalan mati")
    page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.select_option("#kecamatan", HERE_AREA.code)
    page.click("text=Buka peta")
    judge_without_scripts(page)
    page.get_by_text("Pilih fotonya sekali lagi").wait_for()
    page.click("input.map", position=spot(page))
    assert page.input_value("[name=text]") == "Lampu jalan mati"
    assert page.input_value("#kelurahan") == HERE.code
    assert abs(float(page.input_value("[name=latitude]")) - HERE.latitude) < 0.02
    assert page.locator("figure.point svg").count() == 1
    page.context.close()


def spot(page: Page) -> Any:
    """Where the map that is open says the kelurahan's name."""
    picture = page.request.get(str(page.get_attribute("input.map", "src"))).text()
    return dict(zip("xy", spot_of(picture, HERE.name), strict=True))


def judge_without_scripts(page: Page) -> None:
    assert page.locator("input.map").bounding_box() is not None
    box = page.locator("input.map").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (288, 288)
    assert box["x"] + box["width"] <= SIZES["phone"]["width"]


@pytest.mark.parametrize("size", SIZES)
def test_with_scripts_the_map_opens_in_place_and_photos_stay(chromium: Browser, address: str, size: str) -> None:
    page = shown(chromium, address, "/lapor", size, geolocation=POSITION, permissions=["geolocation"])
    page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.select_option("#kecamatan", HERE_AREA.code)
    page.click("text=Buka peta")
    page.locator("input.map").wait_for()
    judge(page)
    page.click("input.map", position=spot(page))
    page.locator("figure.point svg").wait_for()
    assert page.input_value("#kelurahan") == HERE.code
    page.select_option("#kategori", "Jaringan Listrik")
    page.locator("#serupa fieldset, #serupa .hint").first.wait_for()
    judge(page)
    page.click("text=Hapus titik")
    page.locator("figure.point").wait_for(state="detached")
    page.click("[data-locate] button")
    page.locator("figure.point svg").wait_for()
    assert page.input_value("[name=latitude]") == f"{HERE.latitude:.6f}"
    assert page.evaluate("document.querySelector('[name=photo]').files.length") == 1
    page.context.close()
