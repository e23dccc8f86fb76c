"""The officers' desk and the form for reports in a browser: on a phone and a desk, as axe judges them, by keyboard."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from portal.office.visits import COOKIE
from tests.integration.city_of_truth import rows
from tests.integration.desk_browser import at_desk, listed
from tests.integration.desk_city import DeskCity
from tests.integration.flagged import doubt, resolved_by, use_again
from tests.integration.window import SIZES, judge

MINE, QUEUE = "dinas_bina_marga", "/petugas/verifikasi"
PAGES = (
    "/lapor", "/petugas/masuk", "/petugas", "/petugas?tab=terlambat", "/petugas/kasus/{number}",
    "/petugas/kasus/{returned}", QUEUE, QUEUE + "/bukti/{photo}", QUEUE + "/laporan/{number}", QUEUE + "/keputusan",
    "/en" + QUEUE + "/bukti/{photo}",
)  # fmt: skip


@pytest.fixture(scope="module")
def token(city: DeskCity) -> str:
    """A session of an officer who holds cases, and verifies."""
    return city.arrive("marga", MINE, verifies=True)


@pytest.fixture(scope="module")
def shown(city: DeskCity, site: httpx.Client, token: str, evidence: Path) -> dict[str, Any]:
    """What the pages show: two photos and two reports that are flagged, and one that was rejected."""
    closed = resolved_by(city, MINE)
    photos = [
        use_again(city, evidence, seed, closed[2 * seed]["last_event_id"], closed[2 * seed + 1]["last_event_id"])
        for seed in (0, 1)
    ]
    numbers = [row["Nomor"] for row in listed(at_desk(site, token))[:2]]
    for number in numbers:
        [report] = rows(
            city.url, f"select complaint_id from ledger.tracking_numbers where tracking_number = '{number}'"
        )
        doubt(city, report["complaint_id"])
    with city.acting(token) as desk:
        desk.execute("select desk.judge_photo(%s, 'rejected', 'Foto bulan lalu, dari jalan lain.', now())", [photos[1]])
    return {"photo": photos[0], "number": numbers[0], "next": numbers[1], "returned": closed[3]["tracking_number"]}


def officer(
    chromium: Browser, site: httpx.Client, token: str, size: str = "phone", *, runs_scripts: bool = True
) -> BrowserContext:
    """A browser of somebody who has signed in."""
    context = chromium.new_context(base_url=str(site.base_url), viewport=SIZES[size], java_script_enabled=runs_scripts)
    context.add_cookies([{"name": COOKIE, "value": token, "url": str(site.base_url)}])
    return context


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_axe_finds_nothing_that_matters(
    chromium: Browser, site: httpx.Client, token: str, shown: dict[str, Any], path: str, size: str, tmp_path: Path
) -> None:
    context = officer(chromium, site, token, size)
    page = context.new_page()
    weights: list[int] = []
    page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
    answer = page.goto(path.format(**shown), wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert sum(weights) < 120_000
    judge(page)
    context.close()


def test_evidence_is_judged_by_keyboard_alone_and_without_scripts(
    chromium: Browser, site: httpx.Client, token: str, shown: dict[str, Any]
) -> None:
    """Last: what is decided here is gone from the queue."""
    context = officer(chromium, site, token, runs_scripts=False)
    page = context.new_page()
    page.goto(QUEUE)
    page.locator(f"a[href$='/bukti/{shown['photo']}']").focus()
    page.keyboard.press("Enter")
    page.locator("h1", has_text="Foto ini pernah dipakai").wait_for()
    page.locator("#alasan").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[role=status]").wait_for()
    assert page.locator(f"a[href$='/bukti/{shown['photo']}']").count() == 0
    page.locator(f"a[href$='/laporan/{shown['next']}']").focus()
    page.keyboard.press("Enter")
    page.locator("#alasan").focus()
    page.keyboard.type("Titiknya di kelurahan lain.")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "rejected"
    page.keyboard.press("Enter")
    page.locator("[role=status]").wait_for()
    page.goto(f"{QUEUE}/keputusan")
    assert page.locator("td[data-label=Keputusan] b").all_inner_texts()[:2] != []
    assert {"Bukti sah", "Bukti ditolak", "Tidak benar"} == {
        *page.locator("td[data-label=Keputusan] b").all_inner_texts()
    }
    context.close()
