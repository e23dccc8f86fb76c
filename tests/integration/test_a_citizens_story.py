"""One report from the phone to its relapse, in a browser: what a citizen does, and what officers do with it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from assets.clock import city_zone
from database.roles import portal_login
from tests import served
from tests.integration.city_of_truth import AS_OF, dbt, rows
from tests.integration.desk_city import DeskCity
from tests.integration.drawn import as_jpeg, street
from tests.integration.site import Site
from tests.integration.test_clerk import Working
from tests.integration.test_followup import BEYOND
from tests.integration.window import SIZES
from tests.served import HERE, REFERENCE

FIRST, SECOND = "dinas_bina_marga", "dinas_perhubungan"


class Clock:
    """The city's clock, which the test moves."""

    def __init__(self) -> None:
        self.shows = AS_OF

    def __call__(self) -> datetime:
        return self.shows

    def passes(self, hours: float) -> None:
        """Let hours pass."""
        self.shows += timedelta(hours=hours)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def city(city: DeskCity) -> DeskCity:
    rows(city.url, BEYOND)
    return city


@pytest.fixture
def address(city: DeskCity, clock: Clock, tmp_path: Path, no_settings: None) -> Iterator[str]:
    """Where the portal of a city with its clerk and its desk listens."""
    with (
        Working(city.url, tmp_path, clock),
        Site(
            portal_login(city.url, city_zone().key),
            clock=clock,
            desk_database_url=city.desk,
            evidence=tmp_path / "evidence",
        ) as site,
    ):
        yield str(site.base_url)


class Officer:
    """An officer at a desk of their own."""

    def __init__(self, context: BrowserContext, city: DeskCity, login: str, unit: str) -> None:
        password = city.add(login, unit)
        self.page = context.new_page()
        self.page.goto("/petugas")
        self.page.fill("#nama", login)
        self.page.fill("#kata_sandi", password)
        self.page.click("main button[type=submit]")

    def inbox(self, tab: str = "semua") -> str:
        """What is listed."""
        self.page.goto(f"/petugas?tab={tab}")
        return self.page.inner_text("main")

    def do(self, number: str, action: str, **fields: str) -> str:
        """Open a case and book something; what the page says then."""
        self.page.goto(f"/petugas/kasus/{number}")
        form = self.page.locator(f"form[action$='/{action}']")
        self.page.locator("details", has=form).locator("summary").click()
        for name, value in fields.items():
            control = form.locator(f"[name={name}]")
            if name == "kepada":
                control.select_option(value)
            elif name == "foto":
                control.set_input_files(value)
            else:
                control.fill(value)
        form.locator("button[type=submit]").click()
        return self.page.inner_text("main")


def sent(phone: Page) -> str:
    """Send the form that is open; the number that comes back."""
    phone.click("form.report > button[type=submit]")
    return phone.locator("[data-terkirim]").inner_text(timeout=30_000)


def test_from_the_phone_to_the_relapse(
    chromium: Browser, address: str, city: DeskCity, clock: Clock, tmp_path: Path
) -> None:
    phone = chromium.new_context(base_url=address, viewport=SIZES["phone"]).new_page()
    marga = Officer(chromium.new_context(base_url=address, viewport=SIZES["desk"]), city, "marga", FIRST)
    hubungan = Officer(chromium.new_context(base_url=address, viewport=SIZES["desk"]), city, "hubungan", SECOND)
    used, true = tmp_path / "used.jpg", tmp_path / "true.jpg"
    used.write_bytes(as_jpeg(street(1)))
    true.write_bytes(as_jpeg(street(2)))

    # Reported without a place, and completed on the page of its number.
    phone.goto("/lapor")
    phone.fill("[name=text]", "Lubang besar di tengah jalan, motor sudah dua kali jatuh")
    phone.fill("[name=name]", "Rini Contoh")
    phone.fill("[name=contact]", "0812 0000 0001")
    phone.check("[name=visibility][value=public]")
    phone.click("form.report > button[type=submit]")
    phone.get_by_text("tempatnya").wait_for()
    phone.click("[name=anyway]")
    number = phone.locator("[data-terkirim]").inner_text(timeout=30_000)
    assert phone.get_by_text("Menunggu Anda").count()
    phone.goto(f"/lacak/{number}")
    phone.get_by_role("link", name="Lengkapi di sini").click()
    phone.fill("[name=contact]", "0812 0000 0001")
    phone.select_option("[name=kelurahan]", HERE.code)
    assert sent(phone) == number

    # Taken, and handed to whose matter it is.
    clock.passes(1)
    assert number in marga.inbox()
    assert "Tercatat" in marga.do(number, "ambil")
    clock.passes(1)
    assert "diserahkan" in marga.do(number, "serahkan", kepada=SECOND, alasan="marka, bukan perkerasan")
    phone.goto(f"/lacak/{number}")
    told = phone.inner_text("main")
    assert f"Dipegang {REFERENCE.skpd[SECOND].name}" in told
    assert REFERENCE.skpd[FIRST].name in told

    # Closed: not with a photo that closed another case, but with one of this.
    clock.passes(20)
    other = next(
        one for one in hubungan.inbox().split() if re.fullmatch(served.number(r"\d{10}"), one) and one != number
    )
    assert "Tercatat" in hubungan.do(other, "tutup", alasan="ditambal", foto=str(used))
    assert "sudah pernah dipakai" in hubungan.do(number, "tutup", alasan="ditambal", foto=str(used))
    assert "Tercatat" in hubungan.do(number, "tutup", alasan="ditambal", foto=str(true))
    phone.goto(f"/lacak/{number}")
    assert "Selesai" in phone.inner_text(".status")

    # Not done: it comes back to who closed it.
    clock.passes(48)
    phone.get_by_role("link", name="Belum selesai?").click()
    phone.fill("[name=text]", "Tambalannya sudah lepas, lubangnya kembali")
    phone.fill("[name=name]", "Rini Contoh")
    phone.set_input_files("[name=photo]", str(used))
    again = sent(phone)
    assert again != number
    assert again in hubungan.inbox("muncul-lagi")
    phone.goto(f"/lacak/{number}")
    assert "dilaporkan lagi 1 kali" in phone.inner_text("main")

    # And it counts.
    clock.passes(1)
    dbt(city.url, clock(), "run --select +mart_skpd_relapse_weekly")
    assert rows(
        city.url, f"select holder_code, relapses from marts.fct_complaints where tracking_number = '{number}'"
    ) == [{"holder_code": SECOND, "relapses": 1}]
