"""All channels together: the registry, the seed, and bytes that nobody meant to send.

Each channel is given 2,000 broken deliveries, and by `make fuzz` 20,000 others each time, made from the bodies below
and from the real ones where these lie; a channel without a body below is given what the sample city lands of it:

- JSON: bytes of half of them broken, values of fields of the other half replaced, left out or doubled;
- CSV: the same, with cells for fields; the SMS inbox has bodies of both kinds;
- e-mail and RSS: bytes of all of them;
- workbooks: 49 of 50 with cells of their rows replaced, as `split` keeps rows, and one of 50 with bytes of the zip
  archive or of a sheet in it broken, because opening a workbook costs as much as fifty parses.

Of each delivery every item must be a record that reads the same from the database, or say in words why not, and
what is kept of it must say the same again.
"""

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import settings
from openpyxl import Workbook

from assets.complaints.channels.counter import COLUMNS
from assets.complaints.channels.registry import CHANNELS
from assets.reference import load_reference
from assets.sources.records import Noted, PayloadError, Record, Unreadable
from database.settings import PROJECT
from sample_city.channels.registry import CHANNELS as SAMPLED
from sample_city.complaints import Planner
from sample_city.feeds import channel_day
from sample_city.model import Extras
from sample_city.reference import read_reference
from tests.folders import FOLDERS, LARGEST

REAL = PROJECT.parent / "shared" / "real" / "complaints"
CASES = 2_000
WORKBOOKS = ("kelurahan", "kecamatan")
ARCHIVES = 40

ROW = {
    "No Register": "98.71.01.1001/1", "Tanggal": "2026-10-19", "Jam": "08:00", "Nama Pelapor": "A", "RT": 3,
    "Kelurahan": "Kemuning", "Kecamatan": "Kemuning", "Uraian Masalah": "x",
}  # fmt: skip


def workbook() -> bytes:
    book = Workbook()
    book.active.append(list(COLUMNS))
    book.active.append([ROW.get(column) for column in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = json.dumps({"rows": [ROW, {**ROW, "No Register": 7}]}).encode()

# Small bodies of each channel for the fuzzer to break; the real ones join where they are.
BODIES = {
    "facebook": [
        b'{"object":"page","entry":[{"id":"7","time":1449135003,"changes":[{"field":"feed","value":{"item":"comment",'
        b'"verb":"add","comment_id":"1_2","post_id":"7_1","message":"x","from":{"id":"5","name":"A"}}}]}]}',
        b'{"data":[{"id":"7_1","message":"x","created_time":"2014-09-20T12:59:48+0000","comments":{"data":[{"id":"1"}]}}]}',
    ],
    "email": [b"From: =?utf-8?q?A?= <a@b.id>\nDate: Mon, 19 Oct 2026 07:30:00 +0700\nMessage-ID: <1>\n"
              b"Content-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: text/html; charset*=utf-8''x"
              b"\n\n<p>x\n--B--"],
    "kelurahan": [ROWS],
    "kecamatan": [ROWS],
    "instagram": [b'{"object":"instagram","entry":[{"id":"7","time":1449135003,"changes":[{"field":"comments","value":'
                  b'{"id":"1","text":"x","from":{"id":"5","username":"a"},"media":{"id":"2"}}}]}]}',
                  b'[{"id":"1","text":"x","timestamp":"2014-09-20T12:59:48+0000","replies":{"data":[{"id":"2"}]}}]'],
    "whatsapp": [b'{"object":"whatsapp_business_account","entry":[{"id":"7","changes":[{"field":"messages","value":'
                 b'{"messaging_product":"whatsapp","metadata":{"phone_number_id":"1"},"contacts":[{"wa_id":"5",'
                 b'"profile":{"name":"A"}}],"messages":[{"from":"5","id":"w","timestamp":"1449135003","type":"text",'
                 b'"text":{"body":"x"}}]}}]}]}'],
    "x": [b'{"data":[{"id":"1","text":"x","author_id":"5","created_at":"2026-10-19T07:30:00.000Z"}],'
          b'"includes":{"users":[{"id":"5","name":"A","username":"a"}]},"meta":{"result_count":1}}'],
    "media_massa": [b'<rss version="2.0"><channel><item><guid>1</guid><title>x</title><description>y</description>'
                    b'<pubDate>Mon, 19 Oct 2026 07:30:00 +0700</pubDate></item><item><title>z</title></item></channel>'
                    b'</rss>'],
    "jakarta_aman": [b'{"data":[{"id":1,"name":"A","phone":"0812","lat":-6.2,"lng":106.8,"type":"panic","text":"",'
                     b'"status":"new","created_at":"2026-10-19T07:30:00+07:00"},{"id":2,"name":"A","type":"Jalan",'
                     b'"text":"x","status":"cancelled","created_at":1449135003}]}'],
    "sms": [b'[{"ID":1,"ReceivingDateTime":"2026-10-19 07:30:00","SenderNumber":"+62812000001","Coding":'
            b'"Unicode_No_Compression","UDH":"050003CC0201","Text":"0041D83D","TextDecoded":"A?"},{"ID":2,'
            b'"ReceivingDateTime":"2026-10-19 07:30:01","SenderNumber":"+62812000001","Coding":'
            b'"Unicode_No_Compression","UDH":"050003CC0202","Text":"DE00","TextDecoded":"?"}]',
            b'"ID","ReceivingDateTime","Text","SenderNumber","Coding","UDH","TextDecoded"\n'
            b'"1","2026-10-19 07:30:00","","+62812000001","Default_No_Compression","","Lampu, ""mati"""\n'],
    "lapor": ["\ufeffTracking ID;Tanggal Laporan Masuk;Waktu Laporan Masuk;Nama Pelapor;Kategori;Judul;"
              "Isi Laporan Awal;Tipe;Kecamatan;Kelurahan\r\n8412345;23 Sep 2024;14.05;A;Jalan;x;\"y; \"\"é\"\"\nz\";"
              "Anonim;Kemuning;Kemuning\r\n8412346;24 Mei 2024;;B;Jalan;x;y;;Kemuning;Kemuning\r\n".encode()],
}  # fmt: skip
for _code in ("facebook", "email", "instagram", "whatsapp", "x"):
    BODIES[_code] += [path.read_bytes() for path in sorted((REAL / _code).rglob("*")) if path.is_file()]


@cache
def bodies(code: str) -> list[bytes]:
    """Sound deliveries of a channel: those above, else the sample city's of two complaints."""
    if code in BODIES:
        return BODIES[code]
    channel, day, seed = SAMPLED[code], date(2021, 6, 7), 5
    planned = Planner(read_reference(LARGEST), seed).plan_day(day, 2, [code])
    return [file.content for file in channel.files(day, channel_day(channel, day, planned, seed, Extras()))]


def test_the_registry_holds_what_cities_seed():
    seeded = [load_reference(folder).channels.keys() for folder in FOLDERS]
    assert sorted(set().union(*seeded)) == sorted(CHANNELS)
    assert all(code == channel.code for code, channel in CHANNELS.items())


NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def check(code: str, content: bytes) -> None:
    """Split and parse: every item is a storable record or says why not, and only `PayloadError` is raised."""
    for entry in CHANNELS[code].split(content, "f"):
        if isinstance(entry, Noted):
            continue
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            again, *notes = CHANNELS[code].split(entry.content, entry.origin)
            assert all(isinstance(note, Noted) for note in notes)
            assert isinstance(again, Unreadable)
            assert (again.content, again.reason) == (entry.content, entry.reason)
            continue
        assert isinstance(entry, Record)
        written = json.dumps(entry.payload, allow_nan=False, ensure_ascii=False)
        # jsonb holds no NUL, and no half of a surrogate pair, which has no bytes.
        assert not NUL.search(written)
        written.encode()
        # Parsed again from the database, a record must read the same.
        outcomes = []
        for record in (entry, Record(entry.source_record_id, json.loads(written))):
            try:
                outcomes.append(CHANNELS[code].parse(record))
            except PayloadError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]


# One item of two lost its id; beside it stands what says who wrote it, or when.
WITHOUT_ID = {
    "facebook": b'{"object": "page", "entry": [{"id": "7", "time": 1449135003, "changes": [{"field": "feed", "value": '
                b'{"item": "post", "verb": "remove", "post_id": ""}}]}, {"id": "7", "time": 5, "changes": []}]}',
    "instagram": b'{"object": "instagram", "entry": [{"id": "7", "time": 1449135003, "changes": [{"field": "comments", '
                 b'"value": {"id": "", "text": "x"}}]}]}',
    "whatsapp": b'{"object": "whatsapp_business_account", "entry": [{"id": "7", "changes": [{"field": "messages", '
                b'"value": {"contacts": [{"wa_id": "4", "profile": {"name": "B"}}, {"wa_id": "5", "profile": {"name": '
                b'"A"}}], "messages": [{"from": "4", "id": "w", "timestamp": "1449135003", "type": "text", "text": '
                b'{"body": "y"}}, {"from": "5", "id": "", "timestamp": "1449135003", "type": "text", "text": {"body": '
                b'"x"}}]}}]}]}',
    "x": b'{"data": [{"id": "1", "text": "y", "author_id": "4", "created_at": "2026-10-19T07:30:00.000Z"}, {"id": '
         b'"", "text": "x", "author_id": "5", "created_at": "2026-10-19T07:30:00.000Z"}], "includes": {"users": [{'
         b'"id": "4", "name": "B"}, {"id": "5", "name": "A"}]}}',
    "balai_warga": b'Nomor;Tanggal;Isi\n"1";19/10/2019;y\n"";19/10/2019;x\n',
}  # fmt: skip


@pytest.mark.parametrize("code", WITHOUT_ID)
def test_what_is_kept_of_an_item_is_all_that_it_needs(code):
    """Once the item is mended, it reads as it would have read where it stood."""
    channel, content = CHANNELS[code], WITHOUT_ID[code]

    def mended(delivery: bytes) -> list[Record | Unreadable]:
        return channel.split(delivery.replace(b'""', b'"9"'), "f")

    [lost] = [entry for entry in channel.split(content, "f") if isinstance(entry, Unreadable)]
    [record] = mended(lost.content)
    assert record.source_record_id == "9"
    assert record == mended(content)[-1]


TOKENS = (
    b"", b"\x00", b"\xff", b"\xc3", b"\r", b"\n", b'"', b"'", b",", b";", b"{", b"}", b"[", b"]", b"<", b">", b"=?",
    b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"null", b"-1", b"&#13;", b"<![CDATA[", b"\xff\xfe", b"--B", b"\x80" * 9,
)  # fmt: skip
VALUES = (
    None, True, 0, -1, 1.5, 1e300, 10**30, "", " ", "x", "-", "x" * 600, "\x00", "\ud800", "é\U0001f600", "2026-13-45",
    "2019-10-19 14.05", "0812", "cancelled", [], {}, [None], [[]], [{}], {"id": None}, {"data": 5}, {"data": [{}]},
)  # fmt: skip


def break_bytes(content: bytes, chance: random.Random) -> bytes:
    """Replace, leave out, double and insert a few runs of bytes."""
    broken = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        start = chance.randint(0, len(broken))
        end = start + chance.choice((0, 1, 1, 4, 12, 200))
        piece = chance.choice((chance.choice(TOKENS), chance.randbytes(4), bytes(broken[start:end]) * 2))
        broken[start:end] = piece
    return bytes(broken[: chance.randint(0, len(broken))] if chance.random() < 0.1 else broken)


def break_fields(content: bytes, chance: random.Random) -> bytes:
    """Replace, leave out, double and swap a few values of a JSON document."""
    document = json.loads(content)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(document))
        if not places:
            break
        holder, key = chance.choice(places)
        match chance.randrange(5):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(holder[key])
            case 2:
                other, name = chance.choice(places)
                holder[key] = deepcopy(other.get(name) if isinstance(other, dict) else holder[key])
            case _:
                holder[key] = deepcopy(chance.choice(VALUES))
    return json.dumps(document).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def break_cells(content: bytes, chance: random.Random) -> bytes:
    """Replace, leave out and add a few cells of a CSV file, and write it as another program would."""
    delimiter = ";" if b";" in content.splitlines()[0] else ","
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    for _ in range(chance.randint(1, 4)):
        row = chance.choice(rows)
        place = chance.randint(0, len(row))
        new = [str(chance.choice(VALUES)).replace("\ud800", "")] if chance.random() < 0.8 else []
        row[place : place + chance.randint(0, 1)] = new
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=chance.choice(",;\t"), lineterminator=chance.choice(("\n", "\r\n", "\r"))).writerows(rows)
    return out.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), errors="replace")


def break_archive(content: bytes, chance: random.Random) -> bytes:
    """Break the bytes of a workbook, or of one file in it."""
    if chance.random() < 0.5:
        return break_bytes(content, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        chosen = chance.choice(source.namelist())
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, break_bytes(data, chance) if name == chosen else data)
    return out.getvalue()


def breakers(content: bytes) -> tuple[Callable[[bytes, random.Random], bytes], ...]:
    """The ways to break a body."""
    if content.startswith((b'{"rows"',)):
        return (break_fields,)
    if content.startswith((b"{", b"[")):
        return (break_bytes, break_fields)
    if b"SenderNumber" in content or b"Tanggal" in content:
        return (break_bytes, break_cells)
    return (break_bytes,)


def check_all(code: str, cases: int, broken: Callable[[random.Random], bytes]) -> None:
    """Check so many broken deliveries: the same from the same commit, others and more of them by `make fuzz`.

    Their seeds are counted, not drawn by Hypothesis: one does not get simpler as it gets smaller, and drawing it costs
    more than the case.
    """
    first = 0 if settings.default.derandomize else random.SystemRandom().getrandbits(64)
    for seed in range(first, first + cases * settings.default.max_examples // 100):
        content = broken(random.Random(seed))  # noqa: S311
        try:
            check(code, content)
        except Exception as error:
            error.add_note(f"seed {seed}: {content!r}")
            raise


@pytest.mark.hypothesis
@pytest.mark.parametrize("code", [code for code in CHANNELS if code not in WORKBOOKS])
@pytest.mark.slow
def test_a_broken_delivery_is_read_or_refused_in_words(code):
    def broken(chance: random.Random) -> bytes:
        content = chance.choice(bodies(code))
        return chance.choice(breakers(content))(content, chance)

    check_all(code, CASES, broken)


@pytest.mark.hypothesis
@pytest.mark.parametrize("code", WORKBOOKS)
def test_broken_rows_of_a_workbook_are_read_or_refused_in_words(code):
    check_all(code, CASES - ARCHIVES, lambda chance: break_fields(ROWS, chance))


BOOK = workbook()


@pytest.mark.hypothesis
@pytest.mark.parametrize("code", WORKBOOKS)
def test_a_broken_workbook_is_read_or_refused_in_words(code):
    check_all(code, ARCHIVES, lambda chance: break_archive(BOOK, chance))


# What the real files hold beside complaints, and why it is none.
LICENCE = "expected JSON, found something else at line 1 column"
DIGEST = "expected one mail, found a digest of a list; have the list send every mail by itself"
REFUSED = {
    "facebook/LICENSE": f"{LICENCE} 1",
    "facebook/graph/exampleErrorNew.json": "expected posts, found an error of the Graph API with code 190",
    "facebook/graph/exampleOauthError.json": "expected posts, found an error of the Graph API with code 400",
    "email/msg_02.txt": DIGEST,
    "email/msg_28.txt": DIGEST,
    "email/msg_30.txt": DIGEST,
    "email/msg_34.txt": DIGEST,
    "email/msg_19.txt": "expected an RFC 5322 message, found no header field of one",
    "instagram/LICENSE": f"{LICENCE} 1",
    "instagram/ig_login_exception.json": "expected comments, found an error of the Graph API with code 2500",
    "instagram/mentioned-media.json": "expected timestamp as a moment, found none",
    "whatsapp/LICENSE": f"{LICENCE} 1",
    "x/LICENSE": f"{LICENCE} 34",
    "x/rate_limit_status_example.json": "expected tweets, found rate limits",
    "x/user_example_v2.json": "expected tweets, found people",
    "x/user_followers_example_v2.json": "expected tweets, found people",
}


def test_every_real_file_is_read_or_says_why_not(real):
    refused = {}
    for code in ("facebook", "email", "instagram", "whatsapp", "x"):
        for path in sorted((real / "complaints" / code).rglob("*.*")) + [real / "complaints" / code / "LICENSE"]:
            if not path.is_file():
                continue
            name = path.relative_to(real / "complaints").as_posix()
            entries = CHANNELS[code].split(path.read_bytes(), name)
            assert entries, name
            for entry in entries:
                try:
                    reason = entry.reason if isinstance(entry, Unreadable) else CHANNELS[code].parse(entry) and None
                except PayloadError as error:
                    reason = str(error)
                if reason:
                    refused[name] = reason
    assert refused == REFUSED
