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
from tests.integration.counter_desk import CIDENG, GAMBIR, KECAMATAN_GAMBIR, CounterCity, counter_city, number_of, tell
from tests.integration.desk_browser import at_desk, field
from tests.integration.desk_city import DeskCity

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
def gambir(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("lurah.gambir", "kelurahan", GAMBIR))


@pytest.fixture(scope="module")
def cideng(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("lurah.cideng", "kelurahan", CIDENG))


@pytest.fixture(scope="module")
def camat(counters: CounterCity) -> httpx.Client:
    return at_desk(counters.http, counters.city.arrive("camat.gambir", "kecamatan", KECAMATAN_GAMBIR))


def slip(browser: httpx.Client, sent: httpx.Response) -> httpx.Response:
    return browser.get(sent.headers["location"].replace("/loket/", "/loket/slip/"))


def waiting(counters: CounterCity) -> int:
    [(count,)] = counters.rows("select count(*) from private.arrivals")
    return int(count)


def test_what_somebody_tells_has_its_number_and_slip_at_once(counters: CounterCity, gambir: httpx.Client) -> None:
    sent = tell(gambir)
    number = number_of(gambir, sent)
    assert counters.rows(NEWEST.format(number)) == [(number, "accepted", 1, "kelurahan", GAMBIR)]
    page = slip(gambir, sent)
    assert page.headers["cache-control"] == "no-store"
    assert f"<h1>{number}</h1>" in page.text
    assert "Kelurahan Gambir" in page.text
    assert "lapor.kota.example/lacak" in page.text
    assert "<svg" in page.text
    for private in ("Rini", "0812", "Melati", "Lampu", "Petugas lurah"):
        assert private not in page.text


def test_a_kecamatan_has_a_counter_of_its_own(counters: CounterCity, camat: httpx.Client) -> None:
    number = number_of(camat, tell(camat))
    assert counters.rows(NEWEST.format(number))[0][1:4] == ("accepted", 1, "kecamatan")
    page = camat.get("/petugas/loket").text
    groups = re.findall('<optgroup label="Kecamatan ([^"]+)"', page)
    assert (groups[0], len(groups)) == ("Gambir", 44)


def test_who_has_no_telephone_reports_too(counters: CounterCity, gambir: httpx.Client) -> None:
    number = number_of(gambir, tell(gambir, contact="", text="Pohon tumbang menutup jalan"))
    assert counters.rows(NEWEST.format(number))[0][1] == "accepted"


def test_what_is_missing_is_said_before_it_is_sent(counters: CounterCity, gambir: httpx.Client) -> None:
    before = waiting(counters)
    told = tell(gambir, name="", text="tolong pak")
    assert told.status_code == 422
    assert re.findall('data-kurang="([a-z]+)"', told.text) == ["reporter", "problem"]
    assert 'value="Jl. Melati 5"' in told.text
    assert waiting(counters) == before
    sent = tell(gambir, name="", text="tolong pak", anyway="1")
    assert "Belum lengkap" in gambir.get(sent.headers["location"]).text
    page = slip(gambir, sent).text
    assert "nama Anda" in page
    assert "masalahnya" in page


def test_what_is_missing_is_said_while_it_is_typed(counters: CounterCity, gambir: httpx.Client) -> None:
    token, before = field(gambir.get("/petugas/loket"), "sandi"), waiting(counters)

    def said(**fields: str) -> str:
        answer = gambir.post("/petugas/loket/periksa", data={"sandi": token, **fields})
        assert answer.status_code == 200
        return answer.text

    assert re.findall('data-kurang="([a-z]+)"', said()) == ["reporter", "problem"]
    assert "Lengkap, dapat dikirim" in said(name="Rini Contoh", text="Lampu jalan mati")
    assert gambir.post("/petugas/loket/periksa", data={}).status_code == 403
    assert waiting(counters) == before


def test_a_returned_report_is_completed_at_the_counter(counters: CounterCity, gambir: httpx.Client) -> None:
    number = number_of(gambir, tell(gambir, text="tolong pak", name="Budi Contoh", contact="", anyway="1"))
    assert counters.rows(NEWEST.format(number))[0][1:3] == ("returned", 1)
    status = gambir.get(f"/petugas/loket/status?nomor={number.lower()}")
    assert f"/petugas/loket?melengkapi={number}" in status.text
    # Another person's words change nothing of it.
    other = tell(gambir, query=f"?melengkapi={number}", name="Orang Lain", contact="", text="Got mampet berbau")
    assert number_of(gambir, other) != number
    sent = tell(gambir, query=f"?melengkapi={number}", name="Budi Contoh", contact="", text="Got mampet berbau")
    assert number_of(gambir, sent) == number
    assert counters.rows(NEWEST.format(number))[0][1:3] == ("accepted", 2)


def test_a_workbook_and_the_desk_give_the_same_report(counters: CounterCity, gambir: httpx.Client) -> None:
    sent = tell(gambir, text="Sampah menumpuk di depan pasar", category="sampah")
    number_of(gambir, sent)
    receipt = sent.headers["location"].rpartition("/")[2]
    [(identity, payload)] = counters.rows(
        "select source_record_id, payload from private.payloads inner join raw.inbox using (inbox_id)"
        f" where source_record_id = '{GAMBIR}/{receipt}'"
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


def test_a_form_that_is_sent_twice_is_one_report(counters: CounterCity, gambir: httpx.Client) -> None:
    first = tell(gambir, text="Trotoar rusak parah")
    receipt = first.headers["location"].rpartition("/")[2]
    number = number_of(gambir, first)
    again = tell(gambir, text="Trotoar rusak parah", id=receipt)
    assert number_of(gambir, again) == number
    assert counters.rows(f"select count(*) from raw.inbox where source_record_id = '{GAMBIR}/{receipt}'") == [(1,)]


def test_another_desk_sees_no_slip(gambir: httpx.Client, cideng: httpx.Client) -> None:
    sent = tell(gambir)
    number = number_of(gambir, sent)
    other = slip(cideng, sent)
    assert (other.status_code, other.headers["location"]) == (303, sent.headers["location"])
    assert number not in cideng.get(other.headers["location"]).text
    for path in ("/petugas/loket/slip/nomor", "/petugas/loket/nomor"):
        assert gambir.get(path).status_code == 404


def test_officers_of_other_agencies_and_nobody_get_no_counter(counters: CounterCity) -> None:
    marga = at_desk(counters.http, counters.city.arrive("marga", "dinas_bina_marga"))
    token = field(marga.get("/petugas"), "sandi")
    for path in ("", "/periksa"):
        assert marga.post(f"/petugas/loket{path}", data={"sandi": token, "text": "x"}).status_code == 403
    for path in ("", "/status?nomor=1", f"/{CIDENG}", f"/slip/{CIDENG}"):
        refused = marga.get(f"/petugas/loket{path}")
        assert refused.status_code == 403
        assert "tidak punya loket" in refused.text
        nobody = at_desk(counters.http).get(f"/petugas/loket{path}")
        assert (nobody.status_code, nobody.headers["location"]) == (303, "/petugas/masuk")
    assert "/petugas/loket" not in marga.get("/petugas").text


def test_a_form_of_another_site_is_not_taken(counters: CounterCity, gambir: httpx.Client, cideng: httpx.Client) -> None:
    before, stolen = waiting(counters), field(cideng.get("/petugas/loket"), "sandi")
    for token in ("", "a.b.c", stolen):
        assert tell(gambir, sandi=token).status_code == 403
    assert waiting(counters) == before


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_typed_harms_no_page_and_no_slip(counters: CounterCity, gambir: httpx.Client, what: str) -> None:
    text = HARMFUL[what]
    fields = dict.fromkeys(("text", "address", "rt", "rw", "category", "name", "contact"), text)
    told = tell(gambir, **{**fields, "name": "", "kelurahan": text})
    assert told.status_code == 422
    sent = tell(gambir, anyway="1", **fields)
    number_of(gambir, sent)
    for page in (told, gambir.get(sent.headers["location"]), slip(gambir, sent)):
        assert not re.search(r"<script>|<img|onerror=[^&]*>", page.text)
        assert len(page.content) < 120_000
        # What turns the direction of letters around stands in a field, which isolates it.
        assert OVERRIDE not in re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", page.text, flags=re.DOTALL)
    for page in (gambir.get(sent.headers["location"]), slip(gambir, sent)):
        assert text[:8] not in page.text


def test_a_form_of_a_megabyte_is_not_read(gambir: httpx.Client) -> None:
    assert tell(gambir, text="a" * 1_000_000).status_code == 413


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
    for typed, words in (("halo", "belum nomor laporan"), ("JK0001010001", "tidak ditemukan"), ("<script>", "belum")):
        refused = camat.get("/petugas/loket/status", params={"nomor": typed})
        assert refused.status_code == 422
        assert words in refused.text
        assert "<script>" not in refused.text


def test_numbers_are_looked_up_so_often_alone(counters: CounterCity, camat: httpx.Client) -> None:
    camat.get("/petugas/loket/status", params={"nomor": "JK2603010001"})
    with psycopg.connect(counters.city.url) as owner:
        owner.execute("update front.spendings set spent = 60 where kind = 'counter_lookup'")
    refused = camat.get("/petugas/loket/status", params={"nomor": "JK2603010001"})
    assert "Terlalu banyak" in refused.text
    with psycopg.connect(counters.city.url) as owner:
        owner.execute("delete from front.spendings")


def test_signing_out_leaves_nothing_in_the_browser(counters: CounterCity) -> None:
    browser = at_desk(counters.http, counters.city.arrive("pulang", "kelurahan", GAMBIR))
    page = browser.get("/petugas/loket")
    answer = browser.post("/petugas/keluar", data={"sandi": field(page, "sandi")})
    assert answer.headers["clear-site-data"] == '"storage"'
    assert browser.get("/petugas/loket").status_code == 303


def test_pages_run_one_script_of_their_own_and_speak_both_languages(gambir: httpx.Client) -> None:
    sent = tell(gambir, language="/en")
    assert sent.headers["location"].startswith("/en/petugas/loket/")
    number_of(gambir, sent)
    pages = [gambir.get("/petugas/loket"), gambir.get("/en/petugas/loket"), gambir.get(sent.headers["location"]),
             slip(gambir, sent)]  # fmt: skip
    for page in pages:
        assert re.findall(r"<script[^>]*>[^<]*", page.text) == ['<script src="/static/loket.js" defer>']
        assert " style=" not in page.text
        assert not re.findall(r"\son\w+=", page.text)
        assert len(page.content) < 120_000
    assert "Keep this slip" in pages[-1].text
    assert len(gambir.get("/static/loket.js").content) < 8_000
