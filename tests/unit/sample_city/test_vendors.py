"""The vendors on loopback are vendors: each in its shape, with its credential, and in trouble only when told."""

import csv
import io
from datetime import UTC, datetime, timedelta
from functools import cache
from xml.etree import ElementTree

import httpx
import pytest
from openpyxl import load_workbook

from sample_city.exchange import ACCOUNT_ID, Trouble
from sample_city.vendors import LOGIN_PAGE, Vendors

CREDENTIAL = "kunci"
AT = datetime(2026, 3, 1, 17, tzinfo=UTC)
CODES = (
    "facebook", "instagram", "x", "jaki", "qlue", "jakarta_aman", "lapor", "balai_warga", "kelurahan", "kecamatan",
    "media_massa",
)  # fmt: skip


@cache
def http() -> httpx.Client:
    """One for all questions: each client reads every certificate of the machine."""
    return httpx.Client()


@pytest.fixture(scope="module")
def vendors(wire_item):
    items = [wire_item(code, number, AT + timedelta(hours=number)) for code in CODES for number in range(5)]
    with Vendors(items, token=CREDENTIAL, page_size=2) as vendors:
        yield vendors


def ask(vendors, code, path="", **query):
    headers = {"Authorization": f"Bearer {CREDENTIAL}"}
    return http().get(vendors.url(code) + path, params=query or None, headers=headers)


def test_the_graph_api_turns_its_pages_by_cursor(vendors):
    path, ids, after = f"/{ACCOUNT_ID}/feed", [], {}
    while True:
        page = ask(vendors, "facebook", path, limit="100", **after).json()
        ids += [post["id"] for post in page["data"]]
        if "next" not in page["paging"]:
            break
        after = {"after": page["paging"]["cursors"]["after"]}
    assert ids == ["7_4", "7_3", "7_2", "7_1", "7_0"]


def test_x_gives_the_token_of_the_next_page_and_the_authors_of_this_one(vendors):
    first = ask(vendors, "x", f"/users/{ACCOUNT_ID}/mentions").json()
    assert (first["meta"]["result_count"], len(first["includes"]["users"])) == (2, 1)
    second = ask(vendors, "x", f"/users/{ACCOUNT_ID}/mentions", pagination_token=first["meta"]["next_token"]).json()
    assert [tweet["id"] for tweet in second["data"]] == ["2", "1"]


@pytest.mark.parametrize("code", ["jaki", "qlue", "jakarta_aman"])
def test_a_list_gives_what_is_in_the_span_page_by_page(vendors, code):
    span = {"start": (AT + timedelta(hours=1)).isoformat(), "end": (AT + timedelta(hours=4)).isoformat()}
    pages = [ask(vendors, code, page=str(number), **span).json()["data"] for number in (1, 2, 3)]
    assert [[item["id"] for item in page] for page in pages] == [[1, 2], [3], []]


@pytest.mark.parametrize(("code", "delimiter"), [("lapor", ","), ("balai_warga", ";")])
def test_an_export_holds_the_days_it_is_asked_for(vendors, code, delimiter):
    url = vendors.url(code).partition("?")[0]
    for day, count in (("2026-03-02", 5), ("2026-03-01", 0)):
        answer = http().get(url, params={"dari": day, "sampai": day}, headers={"Authorization": f"Bearer {CREDENTIAL}"})
        assert len(list(csv.DictReader(io.StringIO(answer.text), delimiter=delimiter))) == count


@pytest.mark.parametrize("code", ["kelurahan", "kecamatan"])
def test_a_workbook_holds_one_day(vendors, code):
    url = vendors.url(code).replace("{day}", "2026-03-02")
    answer = http().get(url, headers={"Authorization": f"Bearer {CREDENTIAL}"})
    assert load_workbook(io.BytesIO(answer.content)).worksheets[0].max_row == 6


def test_a_feed_is_rss_with_the_newest_letter_first(vendors):
    root = ElementTree.fromstring(ask(vendors, "media_massa").content)  # noqa: S314
    assert [guid.text for guid in root.iter("guid")] == [f"surat-{number}" for number in (4, 3, 2, 1, 0)]


def test_without_the_credential_nothing_is_given(vendors):
    for code in CODES:
        for headers in ({}, {"Authorization": "Bearer lain"}):
            assert http().get(vendors.url(code), headers=headers).status_code in (400, 401)


def test_trouble_comes_when_and_as_often_as_it_was_told(vendors):
    vendors.misbehave("qlue", Trouble.SERVER_ERROR, times=2, after=1)
    assert [ask(vendors, "qlue").status_code for _ in range(4)] == [200, 503, 503, 200]
    vendors.misbehave("qlue", Trouble.LOGIN_PAGE, times=9)
    assert ask(vendors, "qlue").content == LOGIN_PAGE
    assert ask(vendors, "jaki").status_code == 200
    vendors.behave()
    assert ask(vendors, "qlue").json()


def test_an_answer_cut_off_promises_more_than_it_gives(vendors):
    vendors.misbehave("qlue", Trouble.CUT_OFF)
    with pytest.raises(httpx.RemoteProtocolError):
        ask(vendors, "qlue")


def test_what_is_sent_is_kept_unless_it_was_refused(vendors):
    url, headers = f"{vendors.url('whatsapp')}/{ACCOUNT_ID}/messages", {"Authorization": f"Bearer {CREDENTIAL}"}
    assert http().post(url, json={"to": "1"}, headers=headers).json()["messages"][0]["id"]
    vendors.misbehave("whatsapp", Trouble.SERVER_ERROR)
    assert http().post(url, json={"to": "2"}, headers=headers).status_code == 503
    vendors.misbehave("whatsapp", Trouble.CUT_OFF)
    with pytest.raises(httpx.RemoteProtocolError):
        http().post(url, json={"to": "3"}, headers=headers)
    assert vendors.posted == [("whatsapp", {"to": "1"}), ("whatsapp", {"to": "3"})]


def test_the_environment_names_every_vendor(vendors):
    assert {name for name in vendors.environment if name.endswith("_URL")} == {
        f"JSC_{code.upper()}_URL" for code in (*CODES, "whatsapp", "case_events")
    }
