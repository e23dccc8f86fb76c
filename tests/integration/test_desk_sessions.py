"""Signing in at the officers' desk: over HTTP, in the cookie and by the command that keeps the list."""

import re

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from command import officer as officer_command
from command.cli import app
from portal.office import sign_in
from portal.office.visits import COOKIE
from tests.integration.desk_browser import at_desk, field, try_to_sign_in
from tests.integration.desk_city import DeskCity
from tests.served import HERE, HERE_AREA, number

MINE = "dinas_bina_marga"


@pytest.fixture(autouse=True)
def nothing_spent(city: DeskCity) -> None:
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from front.spendings")


def test_who_has_not_signed_in_is_sent_to_the_form(site: httpx.Client) -> None:
    browser = at_desk(site, "a" * 43)
    for page in ("/petugas", "/petugas/kasus.csv", f"/petugas/kasus/{number('2603010001')}", "/petugas/cari?nomor=1"):
        answer = browser.get(page)
        assert (answer.status_code, answer.headers["location"]) == (303, "/petugas/masuk")
    assert browser.post(f"/petugas/kasus/{number('2603010001')}/ambil").status_code == 303
    assert browser.get("/en/petugas").headers["location"] == "/en/petugas/masuk"


def test_a_password_opens_a_session_under_another_cookie(city: DeskCity, site: httpx.Client) -> None:
    browser, password = at_desk(site), city.add("masuk", MINE)
    form = browser.get("/petugas/masuk")
    before = form.cookies[COOKIE]
    answer = try_to_sign_in(browser, " Masuk ", password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/petugas")
    assert answer.cookies[COOKIE] != before
    flags = answer.headers["set-cookie"].lower().split("; ")
    assert {"httponly", "samesite=lax", "path=/"} <= set(flags)
    assert "secure" not in flags
    assert not [flag for flag in flags if flag.startswith(("max-age", "expires"))]
    page = browser.get("/petugas")
    assert "Petugas masuk" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert at_desk(site, before).get("/petugas").status_code == 303


def test_over_https_the_cookie_goes_no_other_way(city: DeskCity, site: httpx.Client) -> None:
    password, https = city.add("aman", MINE), {"x-forwarded-proto": "https"}
    form = at_desk(site).get("/petugas/masuk", headers=https)
    # The browser of this test speaks http, and sends it not by itself.
    cookie = {"cookie": f"{COOKIE}={form.cookies[COOKIE]}"}
    fields = {"sandi": field(form, "sandi"), "nama": "aman", "kata_sandi": password}
    answer = at_desk(site).post("/petugas/masuk", data=fields, headers={**https, **cookie})
    assert answer.status_code == 303
    for given in (form, answer):
        assert "secure" in given.headers["set-cookie"].lower().split("; ")


def test_a_wrong_login_and_a_wrong_password_are_told_the_same_after_the_same_work(
    city: DeskCity, site: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.add("ada", MINE)
    proved: list[str] = []
    proof_of = sign_in.proof_of
    monkeypatch.setattr(
        sign_in, "proof_of", lambda password, salt: (proved.append(password), proof_of(password, salt))[1]
    )
    told = []
    for login in ("ada", "tidak.ada", "' or true --", "\x00"):
        answer = try_to_sign_in(at_desk(site), login, "salah")
        told.append((answer.status_code, re.sub('value="[^"]*"', "", answer.text)))
    assert told == [told[0]] * 4
    assert told[0][0] == 422
    assert proved == ["salah"] * 4


def test_a_login_and_a_client_may_be_tried_so_often(city: DeskCity, site: httpx.Client) -> None:
    password = city.add("dicoba", MINE)
    browser = at_desk(site)
    assert {try_to_sign_in(browser, "dicoba", "salah").status_code for _ in range(10)} == {422}
    refused = try_to_sign_in(browser, "dicoba", password)
    assert refused.status_code == 429
    assert "Terlalu sering" in refused.text
    with psycopg.connect(city.url) as owner:
        owner.execute("update front.spendings set spent = %s where kind = 'sign_in'", [sign_in.TRIES])
    assert try_to_sign_in(browser, "lain", password).status_code == 429


def test_signing_out_ends_the_session_on_the_server(city: DeskCity, site: httpx.Client) -> None:
    token = city.arrive("keluar", MINE)
    browser = at_desk(site, token)
    page = browser.get("/petugas")
    assert browser.post("/petugas/keluar", data={"sandi": field(page, "sandi")}).status_code == 303
    assert at_desk(site, token).get("/petugas").status_code == 303


def test_the_command_keeps_the_list(city: DeskCity, site: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(officer_command, "address", lambda: city.url)

    def jsc(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["officer", *arguments])
        return f"{done.exit_code} {done.output}"

    def password(output: str) -> str:
        return re.findall(r"password  (\S+)", output)[0]

    first = password(jsc("add", "lurah", "--name", "Bu Lurah", "--unit", "kelurahan", "--area", HERE.code))
    assert try_to_sign_in(at_desk(site), "lurah", first).status_code == 303
    assert "Bu Lurah" in jsc("list")
    second = password(jsc("renew", "lurah"))
    assert try_to_sign_in(at_desk(site), "lurah", first).status_code == 422
    assert try_to_sign_in(at_desk(site), "lurah", second).status_code == 303
    assert jsc("disable", "lurah").startswith("0")
    assert try_to_sign_in(at_desk(site), "lurah", second).status_code == 422
    for wrong in (
        ("add", "lurah", "--name", "x", "--unit", MINE), ("add", "X Y", "--name", "x", "--unit", MINE),
        ("add", "baru", "--name", "x", "--unit", "tidak_ada"), ("add", "baru", "--name", "x", "--unit", "kelurahan"),
        ("add", "baru", "--name", "x", "--unit", MINE, "--area", HERE_AREA.code), ("renew", "tidak.ada"),
    ):  # fmt: skip
        assert jsc(*wrong).startswith("1 Expected"), wrong
