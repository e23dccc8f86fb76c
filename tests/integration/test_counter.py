"""The counter over HTTP, with a clerk at work: what somebody tells, its number and slip, and what others try."""

import io
import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from openpyxl import Workbook

from assets.complaints.channels.counter import COLUMNS, KELURAHAN, parse
from assets.sources.records import Record
from tests import served
from tests.integration.counter_desk import CounterCity, counter_city, number_of, tell
from tests.integration.desk_browser import at_desk, field
from tests.integration.desk_city import DeskCity
from tests.served import HERE, HERE_AREA, NEXT, REFERENCE

OVERRIDE = "\u202e"
HARMFUL = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'); drop table private.arrivals; --",
    "formula": "=HYPERLINK(\"http://example.org\")",
    "override": f"{OVERRIDE}txt.exe \x00 nul",
    "long": "panjang sekali " * 500,
    "braces": "{{ 7 * 7 }} {% raw %} %(name)s %s",
}  # fmt: skip
NEWEST = """
    select tracking_number, decision, version, channel, kelurahan_code
    from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)
    where tracking_number = '{}' order by version desc limit 1
"""


@pytest.fixture(scope="module")
def counters(city: DeskCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterCity]:
    landing = tmp_path_factory.mktemp("landing")
    with counter_city(city, landing, url="https://lapor.kota.example/") as found:
        yield found


@pytest.fixture(scope="module")
def lurah(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("lurah.satu", "kelurahan", HERE.code))


@pytest.fixture(scope="module")
def other_lurah(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("lurah.dua", "kelurahan", NEXT.code))


@pytest.fixture(scope="module")
def camat(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("camat", "kecamatan", HERE_AREA.code))


def slip(browser: httpx.Client, sent: httpx.Response) -> httpx.Response:
    return browser.get(sent.headers["location"].replace("/loket/", "/loket/slip/"))


def waiting(counters: CounterCity) -> int:
    [(count,)] = counters.rows("select count(*) from private.arrivals")
    return int(count)


def test_what_somebody_tells_has_its_number_and_slip_at_once(counters: CounterCity, lurah: httpx.Client) -> None:
    sent = tell(lurah)
    number = number_of(lurah, sent)
    assert counters.rows(NEWEST.format(number)) == [(number, "accepted", 1, "kelurahan", HERE.code)]
    page = slip(lurah, sent)
    assert page.headers["cache-control"] == "no-store"
    assert f"<h1>{number}</h1>" in page.text
    assert f"Kelurahan {HERE.name}" in page.text
    assert "lapor.kota.example/lacak" in page.text
    assert "<svg" in page.text
    for private in ("Rini", "0812", "Melati", "Lampu", "Petugas lurah"):
        assert private not in page.text


def test_a_kecamatan_has_a_counter_of_its_own(counters: CounterCity, camat: httpx.Client) -> None:
    number = number_of(camat, tell(camat))
    assert counters.rows(NEWEST.format(number))[0][1:4] == ("accepted", 1, "kecamatan")
    page = camat.get("/petugas/loket").text
    groups = re.findall('<optgroup label="Kecamatan ([^"]+)"', page)
    assert (groups[0], len(groups)) == (HERE_AREA.name, len(REFERENCE.kecamatan))


def test_who_has_no_telephone_reports_too(counters: CounterCity, lurah: httpx.Client) -> None:
    number = number_of(lurah, tell(lurah, contact="", text="Pohon tumbang menutup jalan"))
    assert counters.rows(NEWEST.format(number))[0][1] == "accepted"


def test_what_is_missing_is_said_before_it_is_sent(counters: CounterCity, lurah: httpx.Client) -> None:
    before = waiting(counters)
    told = tell(lurah, name="", text="tolong pak")
    assert told.status_code == 422
    assert re.findall('data-kurang="([a-z]+)"', told.text) == ["reporter", "problem"]
    assert 'value="Jl. Melati 5"' in told.text
    assert waiting(counters) == before
    sent = tell(lurah, name="", text="tolong pak", anyway="1")
    assert "Belum lengkap" in lurah.get(sent.headers["location"]).text
    page = slip(lurah, sent).text
    assert "nama Anda" in page
    assert "masalahnya" in page


def test_what_is_missing_is_said_while_it_is_typed(counters: CounterCity, lurah: httpx.Client) -> None:
    token, before = field(lurah.get("/petugas/loket"), "sandi"), waiting(counters)

    def said(**fields: str) -> str:
        answer = lurah.post("/petugas/loket/periksa", data={"sandi": token, **fields})
        assert answer.status_code == 200
        return answer.text

    assert re.findall('data-kurang="([a-z]+)"', said()) == ["reporter", "problem"]
    assert "Lengkap, dapat dikirim" in said(name="Rini Contoh", text="Lampu jalan mati")
    assert lurah.post("/petugas/loket/periksa", data={}).status_code == 403
    assert waiting(counters) == before


def test_a_returned_report_is_completed_at_the_counter(counters: CounterCity, lurah: httpx.Client) -> None:
    number = number_of(lurah, tell(lurah, text="tolong pak", name="Budi Contoh", contact="", anyway="1"))
    assert counters.rows(NEWEST.format(number))[0][1:3] == ("returned", 1)
    status = lurah.get(f"/petugas/loket/status?nomor={number.lower()}")
    assert f"/petugas/loket?melengkapi={number}" in status.text
    # Another person's words change nothing of it.
    other = tell(lurah, query=f"?melengkapi={number}", name="Orang Lain", contact="", text="Got mampet berbau")
    assert number_of(lurah, other) != number
    sent = tell(lurah, query=f"?melengkapi={number}", name="Budi Contoh", contact="", text="Got mampet berbau")
    assert number_of(lurah, sent) == number
    assert counters.rows(NEWEST.format(number))[0][1:3] == ("accepted", 2)


def test_a_workbook_and_the_desk_give_the_same_report(counters: CounterCity, lurah: httpx.Client) -> None:
    sent = tell(lurah, text="Sampah menumpuk di depan pasar", category="sampah")
    number_of(lurah, sent)
    receipt = sent.headers["location"].rpartition("/")[2]
    [(identity, payload)] = counters.rows(
        "select source_record_id, payload from private.payloads inner join raw.inbox using (inbox_id)"
        f" where source_record_id = '{HERE.code}/{receipt}'"
    )
    book, out = Workbook(), io.BytesIO()
    assert book.active
    book.active.append(list(COLUMNS))
    book.active.append([payload.get(column) for column in COLUMNS])
    book.save(out)
    [row] = KELURAHAN.split(out.getvalue(), "loket.xlsx")
    assert isinstance(row, Record)
    assert parse(row) == parse(Record(identity, payload))
    assert payload["KTP Dilihat"] == "ya"
    assert payload["Kategori"] == "Sampah"


def test_a_form_that_is_sent_twice_is_one_report(counters: CounterCity, lurah: httpx.Client) -> None:
    first = tell(lurah, text="Trotoar rusak parah")
    receipt = first.headers["location"].rpartition("/")[2]
    number = number_of(lurah, first)
    again = tell(lurah, text="Trotoar rusak parah", id=receipt)
    assert number_of(lurah, again) == number
    assert counters.rows(f"select count(*) from raw.inbox where source_record_id = '{HERE.code}/{receipt}'") == [(1,)]


def test_another_desk_sees_no_slip(lurah: httpx.Client, other_lurah: httpx.Client) -> None:
    sent = tell(lurah)
    number = number_of(lurah, sent)
    other = slip(other_lurah, sent)
    assert (other.status_code, other.headers["location"]) == (303, sent.headers["location"])
    assert number not in other_lurah.get(other.headers["location"]).text
    for path in ("/petugas/loket/slip/nomor", "/petugas/loket/nomor"):
        assert lurah.get(path).status_code == 404


def test_officers_of_other_agencies_and_nobody_get_no_counter(counters: CounterCity) -> None:
    marga = at_desk(counters.http, counters.city.arrive("marga", "dinas_bina_marga"))
    token = field(marga.get("/petugas"), "sandi")
    for path in ("", "/periksa"):
        assert marga.post(f"/petugas/loket{path}", data={"sandi": token, "text": "x"}).status_code == 403
    for path in ("", "/status?nomor=1", f"/{NEXT.code}", f"/slip/{NEXT.code}"):
        refused = marga.get(f"/petugas/loket{path}")
        assert refused.status_code == 403
        assert "tidak punya loket" in refused.text
        nobody = at_desk(counters.http).get(f"/petugas/loket{path}")
        assert (nobody.status_code, nobody.headers["location"]) == (303, "/petugas/masuk")
    assert "/petugas/loket" not in marga.get("/petugas").text


def test_a_form_of_another_site_is_not_taken(
    counters: CounterCity, lurah: httpx.Client, other_lurah: httpx.Client
) -> None:
    before, stolen = waiting(counters), field(other_lurah.get("/petugas/loket"), "sandi")
    for token in ("", "a.b.c", stolen):
        assert tell(lurah, sandi=token).status_code == 403
    assert waiting(counters) == before


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_typed_harms_no_page_and_no_slip(counters: CounterCity, lurah: httpx.Client, what: str) -> None:
    text = HARMFUL[what]
    fields = dict.fromkeys(("text", "address", "rt", "rw", "category", "name", "contact"), text)
    told = tell(lurah, **{**fields, "name": "", "kelurahan": text})
    assert told.status_code == 422
    sent = tell(lurah, anyway="1", **fields)
    number_of(lurah, sent)
    for page in (told, lurah.get(sent.headers["location"]), slip(lurah, sent)):
        assert not re.search(r"<script>|<img|onerror=[^&]*>", page.text)
        assert len(page.content) < 120_000
        # What turns the direction of letters around stands in a field, which isolates it.
        assert OVERRIDE not in re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", page.text, flags=re.DOTALL)
    for page in (lurah.get(sent.headers["location"]), slip(lurah, sent)):
        assert text[:8] not in page.text


def test_a_form_of_a_megabyte_is_not_read(lurah: httpx.Client) -> None:
    assert tell(lurah, text="a" * 1_000_000).status_code == 413


def test_a_status_is_told_as_to_its_holder(counters: CounterCity, camat: httpx.Client) -> None:
    [(number,)] = counters.rows(
        "select tracking_number from intermediate.int_tracked_reports inner join intermediate.int_tracked_events"
        " using (complaint_id) where decision = 'accepted' and visibility = 'public' group by 1"
        " order by count(*) desc limit 1"
    )
    page = camat.get("/petugas/loket/status", params={"nomor": f" {number[:2].lower()} {number[2:]}"})
    assert page.status_code == 200
    assert f"<h1>{number}</h1>" in page.text
    [(status,)] = counters.rows(
        "select status_name from intermediate.int_tracked_events inner join ledger.tracking_numbers"
        f" using (complaint_id) where tracking_number = '{number}' order by occurred_at desc, booked_at desc limit 1"
    )
    assert status in page.text
    for typed, words in (
        ("halo", "belum nomor laporan"),
        (served.number("0001010001"), "tidak ditemukan"),
        ("<script>", "belum"),
    ):
        refused = camat.get("/petugas/loket/status", params={"nomor": typed})
        assert refused.status_code == 422
        assert words in refused.text
        assert "<script>" not in refused.text


def test_numbers_are_looked_up_so_often_alone(counters: CounterCity, camat: httpx.Client) -> None:
    camat.get("/petugas/loket/status", params={"nomor": served.number("2603010001")})
    with psycopg.connect(counters.city.url) as owner:
        owner.execute("update front.spendings set spent = 60 where kind = 'counter_lookup'")
    refused = camat.get("/petugas/loket/status", params={"nomor": served.number("2603010001")})
    assert "Terlalu banyak" in refused.text
    with psycopg.connect(counters.city.url) as owner:
        owner.execute("delete from front.spendings")


def test_signing_out_leaves_nothing_in_the_browser(counters: CounterCity) -> None:
    browser = at_desk(counters.http, counters.city.arrive("pulang", "kelurahan", HERE.code))
    page = browser.get("/petugas/loket")
    answer = browser.post("/petugas/keluar", data={"sandi": field(page, "sandi")})
    assert answer.headers["clear-site-data"] == '"storage"'
    assert browser.get("/petugas/loket").status_code == 303


def test_pages_run_one_script_of_their_own_and_speak_both_languages(lurah: httpx.Client) -> None:
    sent = tell(lurah, language="/en")
    assert sent.headers["location"].startswith("/en/petugas/loket/")
    number_of(lurah, sent)
    pages = [lurah.get("/petugas/loket"), lurah.get("/en/petugas/loket"), lurah.get(sent.headers["location"]),
             slip(lurah, sent)]  # fmt: skip
    for page in pages:
        assert re.findall(r"<script[^>]*>[^<]*", page.text) == ['<script src="/static/loket.js" defer>']
        assert " style=" not in page.text
        assert not re.findall(r"\son\w+=", page.text)
        assert len(page.content) < 120_000
    assert "Keep this slip" in pages[-1].text
    assert len(lurah.get("/static/loket.js").content) < 8_000
