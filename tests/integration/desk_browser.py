"""How a test sits at the officers' desk: a browser, the fields of its forms, what it lists.

Belongs here: what every test of the desk does over HTTP. Does not belong here: the city (desk_city.py).
"""

import csv
import io
import re

import httpx

from portal.office.visits import COOKIE

# As a browser sends the field that nobody filled in.
NO_PHOTO = {"foto": ("", b"", "application/octet-stream")}


def at_desk(site: httpx.Client, token: str = "") -> httpx.Client:
    """A browser of its own."""
    cookies = {COOKIE: token} if token else None
    return httpx.Client(base_url=site.base_url, timeout=30, cookies=cookies, verify=False)  # noqa: S501 - as the site


def field(page: httpx.Response, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def try_to_sign_in(browser: httpx.Client, login: str, password: str, **headers: str) -> httpx.Response:
    form = browser.get("/petugas/masuk", headers=headers)
    fields = {"sandi": field(form, "sandi"), "nama": login, "kata_sandi": password}
    return browser.post("/petugas/masuk", data=fields, headers=headers)


def act(browser: httpx.Client, number: str, action: str, photo: bytes = b"", **fields: str) -> httpx.Response:
    page = browser.get(f"/petugas/kasus/{number}")
    hidden = {name: field(page, name) for name in ("sandi", "terakhir")}
    files = ({"foto": ("foto.jpg", photo, "image/jpeg")} if photo else NO_PHOTO) if action == "tutup" else None
    return browser.post(f"/petugas/kasus/{number}/{action}", data={**hidden, **fields}, files=files)


def listed(browser: httpx.Client, tab: str = "semua") -> list[dict[str, str]]:
    answer = browser.get("/petugas/kasus.csv", params={"tab": tab})
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def judge_frame(page: httpx.Response, language: str) -> None:
    """Hold a page to what all of them are: of its language ("" or "/en"), and with nothing that runs."""
    assert page.status_code == 200
    assert f'lang="{language[1:] or "id"}"' in page.text
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
