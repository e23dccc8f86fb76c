"""The pages in a browser: on a phone and on a desk, by keyboard, without JavaScript, and as axe judges them."""

from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.integration.test_portal import PAGES
from tests.integration.window import SIZES, judge
from tests.served import REFERENCE

KOTA = {one.kota_code for one in REFERENCE.kecamatan.values()}


@pytest.fixture(scope="module")
def number(published: str) -> str:
    """A public case with a long way."""
    with psycopg.connect(published) as connection:
        [(found,)] = connection.execute(
            "select tracking_number from intermediate.int_tracked_reports as reports"
            " inner join intermediate.int_tracked_events using (complaint_id)"
            " where visibility = 'public' and decision = 'accepted' group by 1 order by count(*) desc limit 1"
        ).fetchall()
    return str(found)


def shown(chromium: Browser, public_site: httpx.Client, path: str, size: str, *, runs_scripts: bool = True) -> Page:
    page = chromium.new_context(viewport=SIZES[size], java_script_enabled=runs_scripts).new_page()
    page.goto(f"{public_site.base_url}".rstrip("/") + path)
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", [*PAGES, "/lacak/{number}", "/en/lacak/{number}"])
def test_a_page_fits_and_axe_finds_nothing_that_matters(
    chromium: Browser, public_site: httpx.Client, number: str, path: str, size: str, tmp_path: Path
) -> None:
    page = shown(chromium, public_site, path.format(number=number), size)
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    judge(page)
    page.context.close()


def test_a_number_is_followed_by_keyboard_alone(chromium: Browser, public_site: httpx.Client, number: str) -> None:
    page = shown(chromium, public_site, "/lacak", "phone")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "nomor":
            break
    page.keyboard.type(number.lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.timeline")
    assert page.inner_text("h1") == number
    page.context.close()


def test_all_that_matters_works_without_scripts(chromium: Browser, public_site: httpx.Client, number: str) -> None:
    page = shown(chromium, public_site, "/", "phone", runs_scripts=False)
    page.fill("#nomor", number)
    page.click("button")
    assert page.inner_text("h1") == number
    page.click("text=Macet")
    page.click("svg.city a >> nth=0")
    assert page.inner_text("h1").startswith("Kecamatan ")
    page.goto(f"{public_site.base_url}".rstrip("/") + "/pilar")
    # There is nothing to choose in a city that is one kota.
    assert page.locator("#wilayah").count() == (len(KOTA) > 1)
    if len(KOTA) > 1:
        page.select_option("#wilayah", index=2)
        page.click("text=Tampilkan")
    assert page.locator("table").count() >= 5
    page.context.close()
