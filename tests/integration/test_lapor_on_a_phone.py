"""The form in a real browser: a draft that stays, a connection that is lost, and what is asked for in place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assets.clock import city_zone
from database.roles import portal_login
from tests.integration.site import Site
from tests.integration.test_clerk import Working
from tests.integration.test_lapor import rows
from tests.integration.window import SIZES
from tests.served import HERE

SEND = "form.report > button[type=submit]"


@pytest.fixture
def page(chromium: Browser, database_url: str, tmp_path: Path, no_settings: None) -> Iterator[Page]:
    """A telephone before the form, with a clerk at work behind it."""
    login = portal_login(database_url, city_zone().key)
    with Working(database_url, tmp_path), Site(login) as http:
        context = chromium.new_context(
            base_url=str(http.base_url), viewport=SIZES["phone"], permissions=["geolocation"],
            geolocation={"latitude": HERE.latitude, "longitude": HERE.longitude},
        )  # fmt: skip
        yield context.new_page()
        context.close()


def fill(page: Page) -> None:
    page.goto("/lapor")
    page.fill("[name=text]", "Lampu jalan mati")
    page.fill("[name=name]", "Rini Contoh")


def test_a_lost_connection_costs_no_report_and_makes_none_twice(page: Page, database_url: str) -> None:
    fill(page)
    page.select_option("[name=kelurahan]", HERE.code)
    page.context.set_offline(True)
    page.click(SEND)
    page.get_by_text("Tidak ada sambungan").wait_for()
    page.context.set_offline(False)
    number = page.locator("[data-terkirim]").inner_text(timeout=30_000)
    assert rows(database_url, "select tracking_number, decision from ledger.tracking_numbers"
                " inner join ledger.complaints using (complaint_id)") == [(number, "accepted")]  # fmt: skip
    # What was sent is no draft any more.
    page.goto("/lapor")
    assert page.input_value("[name=text]") == ""


def test_what_was_typed_is_there_after_the_page_was_left(page: Page) -> None:
    fill(page)
    first = page.input_value("[name=id]")
    page.goto("/lacak")
    page.goto("/lapor")
    assert (page.input_value("[name=text]"), page.input_value("[name=id]")) == ("Lampu jalan mati", first)


def test_what_is_missing_is_said_without_losing_the_page_and_the_phone_knows_the_place(page: Page) -> None:
    fill(page)
    page.click(SEND)
    page.get_by_text("Sebelum dikirim, kami masih memerlukan").wait_for()
    page.click("[data-locate] button")
    page.get_by_text("Lokasi Anda ikut dikirim").wait_for()
    page.click(SEND)
    page.locator("[data-terkirim]").wait_for(timeout=30_000)
    assert page.get_by_text("Diterima").count() == 1


def test_the_keyboard_alone_sends_a_report(page: Page) -> None:
    fill(page)
    page.focus("[name=address]")
    page.keyboard.type("Jl. Melati 5")
    page.keyboard.press("Enter")
    page.locator("[data-terkirim]").wait_for(timeout=30_000)
