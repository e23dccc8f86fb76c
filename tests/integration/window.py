"""The window of a real browser on the portal: its sizes, and what must be true of every page in it.

Belongs here: what every test in a browser asks. Does not belong here: the browser (conftest.py), what one page does.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

SIZES: dict[str, ViewportSize] = {"phone": {"width": 320, "height": 740}, "desk": {"width": 1280, "height": 900}}


def judge(page: Page) -> None:
    """Hold a page against two rules: it is no wider than its window, and axe finds nothing that matters."""
    window = page.viewport_size
    assert window is not None
    assert page.evaluate("document.scrollingElement.scrollWidth") <= window["width"], page.url
    found = Axe().run(page).response["violations"]
    wrong = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert not wrong, page.url
