"""The counter in a real browser: by keyboard alone, without JavaScript, without a connection, on paper, and for axe."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from portal.office.visits import COOKIE
from tests import served
from tests.integration.counter_desk import SOUND, CounterCity, counter_city, number_of, tell
from tests.integration.desk_browser import at_desk
from tests.integration.desk_city import DeskCity
from tests.integration.window import SIZES, judge
from tests.served import HERE

# Width and height in mm: A6, and a roll as long as a sheet.
PAPERS = ((105, 148), (80, 297))
ADDRESS = "https://lapor.kota.example"
KEY = "jsc-loket"
WAITS_MS = 30_000


@pytest.fixture(scope="module")
def counters(city: DeskCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterCity]:
    with counter_city(city, tmp_path_factory.mktemp("landing"), url=ADDRESS) as found:
        yield found


@pytest.fixture(scope="module")
def token(counters: CounterCity) -> str:
    return counters.city.arrive("lurah", "kelurahan", HERE.code)


def at_counter(chromium: Browser, counters: CounterCity, token: str, size: str = "desk", **more: Any) -> Page:
    """A browser at the counter's form, signed in."""
    base = f"{counters.http.base_url}".rstrip("/")
    context = chromium.new_context(base_url=base, viewport=SIZES[size], **more)
    context.add_cookies([{"name": COOKIE, "value": token, "url": base}])
    context.set_default_timeout(WAITS_MS)
    page = context.new_page()
    page.goto("/petugas/loket")
    # A browser sets the focus after it has said that the page is loaded.
    page.locator(":focus").wait_for()
    return page


@pytest.fixture
def page(chromium: Browser, counters: CounterCity, token: str) -> Iterator[Page]:
    page = at_counter(chromium, counters, token)
    yield page
    page.context.close()


class Keyboard:
    """Counts what is pressed besides the words themselves."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1

    def press_access_key(self, letter: str) -> None:
        """Alt and a letter, as a keyboard sends it: Playwright leaves out the letter without Alt."""
        key = {"key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
        session, alt = self.page.context.new_cdp_session(self.page), 1
        down = {"type": "keyDown", "modifiers": alt, "unmodifiedText": letter, "text": letter}
        session.send("Input.dispatchKeyEvent", {**key, **down})
        session.send("Input.dispatchKeyEvent", {**key, "type": "keyUp", "modifiers": alt})
        self.pressed += 1


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def kept(page: Page) -> str | None:
    found = page.evaluate("key => localStorage.getItem(key)", KEY)
    return None if found is None else str(found)


def count(counters: CounterCity, text: str) -> int:
    [(found,)] = counters.rows(f"select count(*) from private.complaints where description = '{text}'")
    return int(found)


def test_a_report_takes_few_keys_and_the_next_one_follows(page: Page) -> None:
    keyboard = Keyboard(page)
    assert focused(page) == "uraian"
    keyboard.type("Lampu jalan mati sejak kemarin")
    keyboard.press("Enter")
    keyboard.type("Jl. Melati 5")
    keyboard.press("Enter")
    keyboard.type("3")
    keyboard.press("Enter")
    keyboard.type("4")
    # Past the kelurahan, which is the desk's own, and the kind of problem.
    keyboard.press("Enter", 3)
    assert focused(page) == "nama"
    keyboard.type("Rini Contoh")
    keyboard.press("Enter")
    assert focused(page) == "ktp"
    keyboard.press("Space")
    keyboard.press("Enter")
    assert focused(page) == "kontak"
    keyboard.press("Enter")
    page.locator("[data-terkirim]").wait_for()
    assert re.fullmatch(served.number(r"\d{10}"), page.inner_text("[data-terkirim]"))
    assert keyboard.pressed <= 12
    assert "Laporan berikutnya" in focused(page)
    page.keyboard.press("Enter")
    page.locator("#uraian").wait_for()
    assert (focused(page), page.input_value("#uraian"), kept(page)) == ("uraian", "", None)


def test_one_key_goes_to_a_field_and_one_sends(page: Page) -> None:
    keyboard = Keyboard(page)
    keyboard.type("Got mampet dan berbau")
    keyboard.press_access_key("n")
    assert focused(page) == "nama"
    keyboard.type("Budi Contoh")
    keyboard.press("Control+Enter")
    page.locator("[data-terkirim]").wait_for()
    assert keyboard.pressed == 2


def test_what_is_missing_is_said_while_it_is_typed_and_before_it_is_sent(page: Page) -> None:
    page.keyboard.type("Jalan berlubang besar")
    page.keyboard.press("Enter")
    page.locator("[data-kurang=reporter]").wait_for()
    assert page.locator("[data-kurang]").count() == 1
    page.keyboard.press("Control+Enter")
    page.locator("#tetap-kirim button").wait_for()
    assert (focused(page), page.input_value("#uraian")) == ("nama", "Jalan berlubang besar")
    page.keyboard.type("Rini Contoh")
    page.keyboard.press("Tab")
    page.get_by_text("Lengkap, dapat dikirim").wait_for()
    assert page.locator("[data-kurang]").count() == 0


def test_without_scripts_all_of_it_works(chromium: Browser, counters: CounterCity, token: str) -> None:
    page = at_counter(chromium, counters, token, java_script_enabled=False)
    page.keyboard.type("Pohon tumbang di trotoar")
    page.press("#alamat", "Enter")
    page.locator("[data-kurang=reporter]").wait_for()
    page.fill("#nama", "Rini Contoh")
    page.press("#nama", "Enter")
    number = page.inner_text("[data-terkirim]")
    page.click("text=Cetak slip")
    assert page.inner_text("h1") == number
    page.click("text=Laporan berikutnya")
    page.fill("#nomor", number)
    page.click("text=Lihat status")
    assert page.inner_text("h1") == number
    page.context.close()


def test_a_lost_connection_costs_no_report_and_makes_none_twice(page: Page, counters: CounterCity) -> None:
    text = "Tiang listrik miring ke jalan"
    page.keyboard.type(text)
    page.fill("#nama", "Rini Contoh")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Tidak ada sambungan").wait_for()
    assert text in str(kept(page))
    page.context.set_offline(False)
    page.locator("[data-terkirim]").wait_for()
    assert (count(counters, text), kept(page)) == (1, None)


def test_an_answer_that_was_lost_makes_no_second_report(page: Page, counters: CounterCity) -> None:
    text = "Rambu dilarang parkir hilang"
    page.keyboard.type(text)
    page.fill("#nama", "Rini Contoh")
    lost: list[str] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            route.continue_()
            return
        # The counter's report arrives, and its answer does not.
        lost.append(route.fetch(max_redirects=0).headers["location"])
        route.abort("connectionreset")

    page.route("**/petugas/loket", lose_the_first)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Tidak ada sambungan").wait_for()
    page.locator("[data-terkirim]").wait_for()
    assert page.url.endswith(lost[0])
    assert count(counters, text) == 1


def test_a_draft_is_there_after_the_page_was_left_and_for_its_officer_alone(
    chromium: Browser, counters: CounterCity, page: Page
) -> None:
    page.keyboard.type("Sampah menumpuk")
    page.check("#ktp")
    first = page.input_value("[name=id]")
    page.goto("/petugas")
    page.goto("/petugas/loket")
    assert (page.input_value("#uraian"), page.input_value("[name=id]")) == ("Sampah menumpuk", first)
    assert page.is_checked("#ktp")
    other = counters.city.arrive("lurah.pengganti", "kelurahan", HERE.code)
    page.context.add_cookies([{"name": COOKIE, "value": other, "url": f"{counters.http.base_url}"}])
    page.goto("/petugas/loket")
    assert (page.input_value("#uraian"), kept(page)) == ("", None)


@pytest.mark.parametrize("path", ["/petugas/loket", "/petugas"])
def test_signing_out_leaves_nothing(chromium: Browser, counters: CounterCity, path: str) -> None:
    page = at_counter(chromium, counters, counters.city.arrive(f"pulang{len(path)}", "kelurahan", HERE.code))
    page.keyboard.type("Sampah menumpuk")
    assert kept(page)
    # The inbox runs no script: there the answer to signing out clears the browser.
    page.goto(path)
    page.click("text=Keluar")
    page.wait_for_url("**/petugas/masuk")
    assert kept(page) is None
    page.context.close()


def test_a_session_that_ended_keeps_the_draft_for_its_officer(chromium: Browser, counters: CounterCity) -> None:
    password = counters.city.add("lurah.lelap", "kelurahan", HERE.code)
    page = at_counter(chromium, counters, counters.city.sign_in("lurah.lelap", password))
    page.keyboard.type("Sampah menumpuk di kali")
    page.fill("#nama", "Rini Contoh")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/petugas/masuk")
    page.fill("#nama", "lurah.lelap")
    page.fill("#kata_sandi", password)
    page.click("main button")
    page.click("text=Loket")
    assert page.input_value("#uraian") == "Sampah menumpuk di kali"
    page.keyboard.press("Control+Enter")
    page.locator("[data-terkirim]").wait_for()
    page.context.close()


@pytest.fixture(scope="module")
def sent(counters: CounterCity, token: str) -> dict[str, str]:
    """Pages of a report that was accepted, and of one that was returned."""
    desk: httpx.Client = at_desk(counters.http, token)
    accepted, returned = tell(desk), tell(desk, name="", text="tolong", anyway="1")
    number, other = number_of(desk, accepted), number_of(desk, returned)
    paths = {"received": accepted.headers["location"], "received, returned": returned.headers["location"]}
    return {
        "form": "/petugas/loket",
        "completion": f"/petugas/loket?melengkapi={other}",
        "no number": "/petugas/loket/status?nomor=halo",
        **paths,
        **{f"slip of {name}": path.replace("/loket/", "/loket/slip/") for name, path in paths.items()},
        "status": f"/petugas/loket/status?nomor={number}",
        "status, returned": f"/petugas/loket/status?nomor={other}",
    }


@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_and_axe_finds_nothing_that_matters(
    chromium: Browser, counters: CounterCity, token: str, sent: dict[str, str], size: str, tmp_path: Path
) -> None:
    page = at_counter(chromium, counters, token, size)
    for name, path in sent.items():
        page.goto(path)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        judge(page)
    page.context.close()


def test_a_slip_is_one_page_of_paper_in_black(
    chromium: Browser, counters: CounterCity, token: str, sent: dict[str, str], tmp_path: Path
) -> None:
    page = at_counter(chromium, counters, token)
    # A page that is being printed is printed no second time.
    page.context.add_init_script("window.print = () => {}")
    for name in ("slip of received", "slip of received, returned", "status", "status, returned"):
        page.goto(sent[name])
        number = page.inner_text("h1")
        for width, height in PAPERS:
            printed = page.pdf(path=tmp_path / f"{name} {width}.pdf", width=f"{width}mm", height=f"{height}mm")
            [sheet] = PdfReader(io.BytesIO(printed)).pages
            text = sheet.extract_text()
            assert number in text
            assert "Laporan berikutnya" not in text
            assert not [private for private in (SOUND["name"], SOUND["contact"], SOUND["text"]) if private in text]
        page.emulate_media(media="print")
        shot = cv2.imdecode(np.frombuffer(page.locator("main").screenshot(), np.uint8), cv2.IMREAD_COLOR)
        assert shot is not None
        # Grey at most: nothing needs a colour.
        assert int(np.ptp(shot.astype(int), axis=2).max()) < 12
        page.emulate_media(media="null")
    page.context.close()


def test_the_code_leads_to_the_numbers_own_page(
    chromium: Browser, counters: CounterCity, token: str, sent: dict[str, str]
) -> None:
    page = at_counter(chromium, counters, token, device_scale_factor=2)
    for name in ("slip of received", "status, returned"):
        page.goto(sent[name])
        shot = cv2.imdecode(np.frombuffer(page.locator(".qr").screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert shot is not None
        told, *_ = cv2.QRCodeDetector().detectAndDecode(shot)
        assert told == f"{ADDRESS}/lacak/{page.inner_text('h1')}"
        assert counters.http.get(told.removeprefix(ADDRESS)).status_code == 200
    page.context.close()


def test_a_slip_that_is_asked_for_is_printed_at_once_and_a_status_is_not(page: Page, sent: dict[str, str]) -> None:
    page.context.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
    for name, times in (("slip of received", 1), ("status", None)):
        page.goto(sent[name], wait_until="load")
        assert page.evaluate("window.printed ?? null") == times
        assert "Laporan berikutnya" in focused(page)
        page.click("[data-cetak]")
        assert page.evaluate("window.printed") == (times or 0) + 1
