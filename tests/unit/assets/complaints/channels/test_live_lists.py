"""Live sources that are asked over HTTP page by page or day by day, from a real server on loopback."""

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import Workbook

from assets.complaints.channels.registry import CHANNELS
from assets.sources.records import Record, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import SourceError

Answer = Callable[[str, dict[str, str]], tuple[int, bytes]]

WINDOW = Window(datetime(2019, 10, 18, 17, tzinfo=UTC), datetime(2019, 10, 20, 17, tzinfo=UTC))


class Server:
    """A server that answers what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda path, query: (404, b"")
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                status, body = server.answer(parts.path, query)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def fetch(code: str, url: str, window: Window = WINDOW) -> list[str]:
    """The ids of the records that a channel's live source gives."""
    live = CHANNELS[code].live
    source = live.settings(url=url, attempts=1)
    assert isinstance(source, HttpSource)
    entries = [
        entry
        for delivery in live.fetch(window, source)
        for entry in CHANNELS[code].split(delivery.read(), delivery.origin)
    ]
    assert all(isinstance(entry, Record) for entry in entries), entries
    return [entry.source_record_id for entry in entries]


CLOCKS = {"qlue": "timestamp", "jakarta_aman": "created_at"}


def item(code: str, number: int, at: str = "2019-10-19 08:00:00") -> dict[str, object]:
    return {"id": number, "title": "x", "text": "x", CLOCKS[code]: at}


def paged(code: str, count: int, size: int = 2, **beside: object) -> Answer:
    """A list of so many reports in pages."""
    items = [item(code, number) for number in range(1, count + 1)]

    def answer(path: str, query: dict[str, str]) -> tuple[int, bytes]:
        page = int(query["page"])
        return 200, json.dumps({**beside, "data": items[(page - 1) * size : page * size]}).encode()

    return answer


@pytest.mark.parametrize("code", CLOCKS)
@pytest.mark.parametrize("beside", [{}, {"total": 5}, {"last_page": 3}])
def test_pages_are_turned_to_the_end_and_give_the_same_twice(server, code, beside):
    server.answer = paged(code, 5, **beside)
    assert fetch(code, f"{server.url}/list") == fetch(code, f"{server.url}/list") == ["1", "2", "3", "4", "5"]
    assert "start=2019-10-19T00%3A00%3A00%2B07%3A00" in server.asked[0]
    assert "end=2019-10-21T00%3A00%3A00%2B07%3A00" in server.asked[0]


def test_what_the_address_asks_for_is_asked_on_every_page(server):
    server.answer = paged("qlue", 3)
    fetch("qlue", f"{server.url}/list?wilayah=31")
    assert len(server.asked) == 4
    assert all("wilayah=31" in path and "page=" in path for path in server.asked)


@pytest.mark.parametrize("code", CLOCKS)
def test_a_list_that_knows_no_windows_gives_those_of_the_window(server, code):
    clocks = {1: "2019-10-18 23:59:59", 2: "2019-10-19 00:00:00", 3: "2019-10-20 23:59:59", 4: "2019-10-21 00:00:00"}
    items = [item(code, number, at) for number, at in clocks.items()]
    server.answer = lambda path, query: (200, json.dumps(items if query["page"] == "1" else []).encode())
    assert fetch(code, server.url) == ["2", "3"]


def test_a_report_that_does_not_say_when_is_of_every_window(server):
    items = [item("qlue", 1, "kemarin")]
    server.answer = lambda path, query: (200, json.dumps(items if query["page"] == "1" else []).encode())
    assert fetch("qlue", server.url) == ["1"]


def test_an_empty_list_is_no_fault(server):
    server.answer = paged("qlue", 0, total=0, last_page=1)
    assert fetch("qlue", server.url) == []


def replaced(answer: Answer, page: int, by: Callable[[], tuple[int, bytes]] | int) -> Answer:
    """A list of which one page is another, or another answer."""

    def faulty(path: str, query: dict[str, str]) -> tuple[int, bytes]:
        if query["page"] != str(page):
            return answer(path, query)
        return answer(path, {**query, "page": str(by)}) if isinstance(by, int) else by()

    return faulty


NINE = paged("qlue", 9)
NINE_TOLD = paged("qlue", 9, total=9)


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (replaced(NINE, 3, 2), "page 3: expected a new page, found one that came before"),
        (replaced(NINE, 3, lambda: (200, b"[]")), "page 3: expected reports up to the last page, found an empty page"),
        (
            replaced(NINE_TOLD, 5, lambda: (200, b'{"total":9,"data":[]}')),
            "page 5: expected reports up to the last page, found an empty page",
        ),
        (
            replaced(NINE, 2, lambda: (200, b'{"page":3,"data":[{"id":5}]}')),
            "page 2: expected this page, found page 3",
        ),
        (replaced(NINE, 2, lambda: (200, b'{"data":[{"id":3,"ti')), "page 2: expected JSON, found something else"),
        (replaced(NINE, 1, lambda: (200, b'{"error":"x"}')), "page 1: expected data as a list of reports, found none"),
    ],
)
def test_pages_that_do_not_follow_each_other_are_no_list(server, faulty, reason):
    server.answer = faulty
    with pytest.raises(SourceError, match=re.escape(reason)):
        fetch("qlue", server.url)


def test_a_page_that_is_not_there_is_no_end_of_the_list(server):
    server.answer = replaced(paged("qlue", 9), 3, lambda: (404, b""))
    with pytest.raises(SourceError):
        fetch("qlue", server.url)


def test_a_refusal_shows_no_credentials(server):
    server.answer = replaced(paged("qlue", 9), 3, 2)
    with pytest.raises(SourceError) as caught:
        fetch("qlue", server.url.replace("//", "//rini:kunci@") + "?key=rahasia")
    assert not {"rini", "kunci", "rahasia"} & set(re.findall(r"\w+", str(caught.value)))


def workbook(*registers: object) -> bytes:
    book = Workbook()
    book.active.append(["No Register", "Tanggal", "Kelurahan", "Kecamatan", "Uraian Masalah"])
    for register in registers:
        book.active.append([register, "2019-10-19", "Kemuning", "Kemuning", "x"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


EXPORTS = {
    "lapor": lambda day: f"Tracking ID;Tanggal Laporan Masuk;Isi Laporan Awal\n{day[8:]};{day};x\n".encode(),
    "balai_warga": lambda day: f"Nomor,Tanggal,Isi\n{day[8:]},{day},x\n".encode(),
    "kelurahan": lambda day: workbook(f"98.71.01.1001/{day[8:]}"),
    "kecamatan": lambda day: workbook(f"98.71.01/{day[8:]}"),
}
# LAPOR! exports days of its own clock, UTC: the first seven hours of a day here are in the day before.
DAYS_OF_WINDOW = {"lapor": ["18", "19", "20"]}


@pytest.mark.parametrize("code", EXPORTS)
def test_an_export_is_fetched_for_each_day_of_the_window(server, code):
    server.answer = lambda path, query: (200, EXPORTS[code](path.removeprefix("/")))
    days = DAYS_OF_WINDOW.get(code, ["19", "20"])
    assert [found.rpartition("/")[2] for found in fetch(code, server.url + "/{day}")] == days
    assert server.asked == [f"/2019-10-{day}" for day in days]


@pytest.mark.parametrize("code", EXPORTS)
def test_an_export_is_fetched_once_where_it_takes_a_span(server, code):
    server.answer = lambda path, query: (200, EXPORTS[code](query["dari"]))
    days = DAYS_OF_WINDOW.get(code, ["19", "20"])
    found = fetch(code, server.url + "/ekspor?dari={start}&sampai={end}")
    assert [one.rpartition("/")[2] for one in found] == days[:1]
    assert server.asked == [f"/ekspor?dari=2019-10-{days[0]}&sampai=2019-10-20"]


def test_a_window_of_an_hour_is_of_one_day(server):
    server.answer = lambda path, query: (200, EXPORTS["balai_warga"](path.removeprefix("/")))
    start = datetime(2019, 10, 18, 17, tzinfo=UTC)
    fetch("balai_warga", server.url + "/{day}", Window(start, start + timedelta(hours=1)))
    fetch("balai_warga", server.url + "/{day}", Window(start - timedelta(hours=1), start))
    assert server.asked == ["/2019-10-19", "/2019-10-18"]


@pytest.mark.parametrize("code", EXPORTS)
@pytest.mark.parametrize("body", [b"", b"<!doctype html><title>Masuk</title>", workbook("98.71.01.1001/1")[:-200]])
def test_an_answer_that_is_no_export_is_no_delivery(server, code, body):
    server.answer = lambda path, query: (200, body)
    with pytest.raises(SourceError, match="Look at what the address answers") as caught:
        fetch(code, server.url.replace("//", "//rini:kunci@") + "/{day}?key=rahasia")
    assert not {"rini", "kunci", "rahasia"} & set(re.findall(r"\w+", str(caught.value)))


@pytest.mark.parametrize("code", EXPORTS)
def test_an_export_that_is_not_there_is_no_empty_one(server, code):
    with pytest.raises(SourceError):
        fetch(code, server.url + "/{day}")
