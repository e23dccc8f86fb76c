"""Lapor over HTTP, with a clerk at work: a report from a form to its number, once, and what is refused on the way."""

import json
import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from PIL import Image

from assets.city import city
from assets.clock import city_zone
from database.roles import portal_login
from portal.guard import COOKIE
from tests.integration.site import Site
from tests.integration.test_clerk import Working, until
from tests.served import HERE

SOUND = {"name": "Rini Contoh", "contact": "0812 0000 0001", "text": "Lampu jalan mati", "kelurahan": HERE.code}
NASTY = "<script>alert(1)</script> '; drop table x; -- =cmd() \u202e\x00 {{ 7*7 }}"


@pytest.fixture
def site(database_url: str, tmp_path: Path, no_settings: None) -> Iterator[httpx.Client]:
    with Working(database_url, tmp_path), Site(portal_login(database_url, city_zone().key)) as http:
        yield http


def hidden(page: str) -> dict[str, str]:
    """What a form holds that nobody types."""
    return dict(re.findall(r'<input type="hidden" name="(token|id)" value="([^"]+)">', page))


def send(http: httpx.Client, files: list[Any] | None = None, language: str = "", **fields: str) -> httpx.Response:
    """Open the form and send it."""
    page = http.get(f"{language}/lapor")
    assert page.status_code == 200
    given = {**hidden(page.text), **SOUND, **fields}
    return http.post(f"{language}/lapor", data=given, files=files or [("photo", ("", b""))])


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def picture() -> bytes:
    out = BytesIO()
    Image.effect_mandelbrot((320, 240), (-2, -1.2, 1, 1.2), 40).save(out, "JPEG")
    return out.getvalue()


def arrived(http: httpx.Client, sent: httpx.Response) -> httpx.Response:
    """The page of what was sent, as soon as it has its number: on a busy machine that is later than the page waits."""
    return until(lambda: page if "data-terkirim" in (page := http.get(sent.headers["location"])).text else None)


def number_on(page: str) -> str:
    [number] = re.findall(rf"<h1[^>]*data-terkirim[^>]*>({city().number_prefix}\d+)</h1>", page)
    return number


def test_a_report_is_answered_with_its_number(site: httpx.Client, database_url: str) -> None:
    sent = send(site, files=[("photo", ("rumah-rini.jpg", picture()))])
    assert sent.status_code == 303
    page = site.get(sent.headers["location"])
    assert page.headers["cache-control"] == "no-store"
    number = number_on(page.text)
    assert rows(database_url, "select tracking_number from ledger.tracking_numbers") == [(number,)]
    assert rows(database_url, "select decision, visibility, has_photo from ledger.complaints") == [
        ("accepted", "private", True)
    ]
    # The clerk hashed the photo before it decided.
    assert rows(database_url, "select failure, perceptual_hash is null from ledger.photos") == [(None, False)]
    assert "rumah-rini" not in str(rows(database_url, "select payload from private.payloads"))


def test_a_form_that_is_sent_twice_is_one_report(site: httpx.Client, database_url: str) -> None:
    given = {**hidden(site.get("/lapor").text), **SOUND}
    first, second = (site.post("/lapor", data=given) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    page = until(lambda: site.get(first.headers["location"]))
    assert site.post("/lapor", data=given).status_code == 303
    time.sleep(1.5)
    assert rows(database_url, "select tracking_number from ledger.tracking_numbers") == [(number_on(page.text),)]
    assert rows(database_url, "select count(*) from ledger.complaints") == [(1,)]


def test_what_is_missing_is_said_before_it_is_sent(site: httpx.Client, database_url: str) -> None:
    told = send(site, kelurahan="", name="Anonim")
    assert told.status_code == 422
    assert "nama Anda" in told.text
    assert "tempatnya" in told.text
    assert 'value="Anonim"' in told.text
    assert rows(database_url, "select count(*) from private.arrivals") == [(0,)]
    page = site.get(send(site, kelurahan="", anyway="1").headers["location"]).text
    assert "belum lengkap" in page
    assert "tempatnya" in page


def test_a_page_of_a_report_that_is_not_decided_asks_again(database_url: str, no_settings: None) -> None:
    with Site(portal_login(database_url, city_zone().key)) as http:
        page = http.get(send(http).headers["location"])
        assert page.status_code == 200
        assert '<meta http-equiv="refresh" content="3;' in page.text
        assert "sudah kami terima" in page.text
        assert http.get("/lapor/bukan-tanda-terima").status_code == 404


@pytest.mark.parametrize("change", ["no token", "another token", "no cookie", "another cookie"])
def test_another_sites_form_sends_nothing(site: httpx.Client, database_url: str, change: str) -> None:
    given = {**hidden(site.get("/lapor").text), **SOUND}
    if change == "no token":
        del given["token"]
    elif change == "another token":
        given["token"] = given["token"][:-2] + "xx"
    else:
        site.cookies.clear()
        if change == "another cookie":
            site.cookies.set(COOKIE, "guess", domain="127.0.0.1")
    refused = site.post("/lapor", data=given)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    assert SOUND["text"] in refused.text
    assert rows(database_url, "select count(*) from private.arrivals") == [(0,)]
    # The page that refuses is one that can be sent.
    assert site.post("/lapor", data={**given, **hidden(refused.text)}).status_code == 303


def test_the_cookie_is_for_no_script_and_no_other_site(site: httpx.Client) -> None:
    flags = site.get("/lapor").headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert "rini" not in flags


def test_reports_are_counted_by_client(database_url: str, no_settings: None) -> None:
    with Site(portal_login(database_url, city_zone().key), reports=2) as http:
        assert [send(http).status_code for _ in range(3)] == [303, 303, 429]
    assert rows(database_url, "select count(*) from private.arrivals") == [(2,)]


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ([("photo", ("a.jpg", b"no picture"))], 422, "Foto nomor 1"),
        ([("photo", ("a.jpg", picture()))] * 4, 422, "paling banyak 3"),
        ([("photo", ("a.jpg", b" " * 27_000_000))], 413, "terlalu besar"),
    ],
    ids=["no picture", "too many", "too long"],
)
def test_photos_that_cannot_be_taken_are_refused_in_words(
    site: httpx.Client, database_url: str, files: list[Any], status: int, words: str
) -> None:
    refused = send(site, files=files)
    assert (refused.status_code, words in refused.text) == (status, True)
    assert rows(database_url, "select count(*) from private.arrivals") == [(0,)]


def test_nasty_text_is_harmless(site: httpx.Client, database_url: str) -> None:
    told = send(site, text=NASTY, name=NASTY, contact=NASTY, kelurahan="")
    assert told.status_code == 422
    assert "<script>alert" not in told.text
    # Text of a reader is no template.
    assert "{{ 7*7 }}" in told.text
    page = site.get(send(site, text=NASTY, name=NASTY, anyway="1").headers["location"])
    assert number_on(page.text)
    [(payload,)] = rows(database_url, "select payload from private.payloads")
    assert "drop table" in payload["text"]


def test_a_long_text_and_a_strange_form_break_nothing(site: httpx.Client) -> None:
    assert send(site, text="x" * 60_000).status_code in (303, 422)
    for headers, body in (
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary=B"}, b"--B\r\n"),
        ({"content-type": "application/json"}, json.dumps(SOUND).encode()),
        ({}, b"\xff\xfe"),
    ):
        assert 400 <= site.post("/lapor", content=body, headers=headers).status_code < 500


def test_the_page_runs_one_script_of_its_own_and_needs_none(site: httpx.Client) -> None:
    for page in (site.get("/lapor"), site.get("/en/lapor"), site.get(send(site).headers["location"])):
        assert re.findall(r"<script[^>]*>[^<]*", page.text) == ['<script src="/static/lapor.js" defer>']
        assert not re.findall(r"\son\w+=", page.text)
        assert "unsafe" not in page.headers["content-security-policy"]
    assert len(site.get("/static/lapor.js").content) < 6_000


def test_a_report_in_english_stays_in_english(site: httpx.Client) -> None:
    sent = send(site, language="/en")
    assert sent.headers["location"].startswith("/en/lapor/")
    assert "Number of your report" in site.get(sent.headers["location"]).text


def test_a_report_is_asked_to_be_sent_again_while_the_database_is_away(no_settings: None) -> None:
    with Site("postgresql://portal@127.0.0.1:1/none") as http:
        assert send(http).status_code == 503
        assert http.get(f"/lapor/{uuid4()}").status_code == 503
