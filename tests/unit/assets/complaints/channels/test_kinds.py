"""The kinds of fault that every channel shares, as a table: channel x kind, a test in each cell that applies.

Belongs here: one delivery of each channel in its own format, and what holds for all of them. A cell without a test says
why; a new channel has to say how it is written, and which cells do not apply to it.
Does not belong here: one channel's own format (its own module), the ledger (tests/integration).
"""

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from assets.clock import city_zone
from assets.complaints.channels.channel import Authorship
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import Content, NotAReport, Report, SetAsideReason, TimeBasis
from assets.complaints.own_voice import own_voice
from assets.complaints.receipt import dated
from assets.complaints.record_ids import is_same
from assets.complaints.triage.reporter import reporter_key
from assets.sources.records import Noted, PayloadError, Record

WIB = ZoneInfo("Asia/Pontianak")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
AT = datetime(2026, 11, 27, 1, 5, tzinfo=UTC)
KINDS = ("own voice", "author-bound id", "future time", "zone", "spelling", "one bad record", "several entries")
CITY_NUMBER, CITY_ACCOUNT, CITY_ADDRESS = "+62 21-5550-0001", "700001", "pengaduan@kota.example"


@dataclass(frozen=True)
class Item:
    """One report: its id, its moment, and its reporter by name, telephone, address and account."""

    id: str = "11"
    at: datetime = AT
    name: str = "Rini Contoh"
    phone: str = "0812 0000-0001"
    address: str = "rini@warga.example"
    account: str = "900001"
    text: str = "Lampu jalan mati di Jl. Melati 5, kelurahan Kemuning"


CITY = Item(name="Kota", phone=CITY_NUMBER, address=CITY_ADDRESS, account=CITY_ACCOUNT)
# The same person, as people and programs also write them.
RESPELT = Item(id="12", name="RINI  CONTOH", phone="+62 (812) 00000001", address="Rini@Warga.example")


def here(one: Item) -> datetime:
    return one.at.astimezone(city_zone())


def facebook(items: Sequence[Item]) -> bytes:
    return document([
        {"id": one.id, "message": one.text, "created_time": f"{one.at:%Y-%m-%dT%H:%M:%S%z}",
         "from": {"id": one.account, "name": one.name}} for one in items
    ])  # fmt: skip


def instagram(items: Sequence[Item]) -> bytes:
    return document([
        {"id": one.id, "text": one.text, "timestamp": f"{one.at:%Y-%m-%dT%H:%M:%S%z}",
         "from": {"id": one.account, "username": one.name}} for one in items
    ])  # fmt: skip


def x(items: Sequence[Item]) -> bytes:
    return document([
        {"id": one.id, "text": one.text, "author_id": one.account, "created_at": one.at.isoformat()} for one in items
    ])  # fmt: skip


def whatsapp(items: Sequence[Item]) -> bytes:
    def number(one: Item) -> str:
        return "".join(char for char in one.phone if char.isdigit())

    entries = [
        {"id": str(place), "changes": [{"field": "messages", "value": {
            "metadata": {"display_phone_number": CITY_NUMBER},
            "contacts": [{"profile": {"name": one.name}, "wa_id": number(one)}],
            "messages": [{"from": number(one), "id": one.id, "timestamp": str(int(one.at.timestamp())),
                          "type": "text", "text": {"body": one.text}}],
        }}]} for place, one in enumerate(items)
    ]  # fmt: skip
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()


def email(items: Sequence[Item]) -> bytes:
    [one] = items
    date = f"{here(one):%d %b %Y %H:%M} WIB"
    head = f"From: {one.name} <{one.address}>\nMessage-ID: <{one.id}>\nDate: {date}"
    return f"{head}\nSubject: Lampu\n\n{one.text}\n".encode()


def media_massa(items: Sequence[Item]) -> bytes:
    letters = "".join(
        f"<item><guid>{one.id}</guid><dc:creator>{one.name}</dc:creator><description>{one.text}</description>"
        f"<pubDate>{here(one):%d %b %Y %H:%M:%S} WIB</pubDate></item>" if one.id else "<item></item>"
        for one in items
    )  # fmt: skip
    return f'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{letters}</channel></rss>'.encode()


def jaki(items: Sequence[Item]) -> bytes:
    return document([{"id": one.id, "content": one.text, "createdAt": local(one)} for one in items])


def qlue(items: Sequence[Item]) -> bytes:
    return document([
        {"id": one.id, "description": one.text, "timestamp": local(one), "username": one.name, "user_id": one.account}
        for one in items
    ])  # fmt: skip


def jakarta_aman(items: Sequence[Item]) -> bytes:
    return document([
        {"id": one.id, "type": "Jalan", "text": one.text, "created_at": local(one), "name": one.name,
         "phone": one.phone} for one in items
    ])  # fmt: skip


def counter(area: str) -> "Wire":
    return table(lambda one: {
        "No Register": one.id, "Tanggal": f"{here(one):%d/%m/%Y}",
        "Jam": f"{one.at.astimezone(city_zone()):%H.%M}", "Nama Pelapor": one.name, "No Telepon": one.phone,
        area: "Kemuning", "Uraian Masalah": one.text,
    })  # fmt: skip


def balai_warga(one: Item) -> dict[str, str]:
    return {"Nomor": one.id, "Tanggal": f"{here(one):%d/%m/%Y}", "Jam": f"{here(one):%H:%M}",
            "Nama": one.name, "No HP": one.phone, "Isi": one.text}  # fmt: skip


def lapor(one: Item) -> dict[str, str]:
    return {"Tracking ID": one.id and f"84123{one.id}", "Waktu Laporan Masuk": f"{one.at.astimezone(UTC):%H:%M}",
            "Tanggal Laporan Masuk": f"{one.at.astimezone(UTC):%d/%m/%Y}", "Nama Pelapor": one.name,
            "Isi Laporan Awal": one.text, "Tipe Laporan (Anonim/Rahasia)": "Normal"}  # fmt: skip


def portal(items: Sequence[Item]) -> bytes:
    return document([
        {"kind": "report", "id": one.id, "created_at": one.at.isoformat(), "name": one.name, "contact": one.phone,
         "text": one.text} for one in items
    ])  # fmt: skip


def sms(one: Item) -> dict[str, str]:
    return {"ID": one.id, "ReceivingDateTime": f"{here(one):%Y-%m-%d %H:%M:%S}", "SenderNumber": one.phone,
            "TextDecoded": one.text}  # fmt: skip


def document(items: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps({"data": items}).encode()


def local(one: Item) -> str:
    return f"{here(one):%Y-%m-%d %H:%M:%S}"


Wire = Callable[[Sequence[Item]], bytes]


def table(row: Callable[[Item], dict[str, str]]) -> Wire:
    """One item as CSV, several on a sheet each."""

    def write(items: Sequence[Item]) -> bytes:
        if len(items) == 1:
            text = io.StringIO(newline="")
            csv.writer(text).writerows([row(items[0]), row(items[0]).values()])
            return text.getvalue().encode()
        book, out = Workbook(), io.BytesIO()
        for one in items:
            sheet = book.create_sheet()
            sheet.append(list(row(one)))
            sheet.append(list(row(one).values()))
        book.save(out)
        return out.getvalue()

    return write


WIRES: dict[str, Wire] = {
    "facebook": facebook, "email": email, "jaki": jaki, "kelurahan": counter("Kelurahan"), "instagram": instagram,
    "whatsapp": whatsapp, "x": x, "media_massa": media_massa, "qlue": qlue, "jakarta_aman": jakarta_aman,
    "sms": table(sms), "lapor": table(lapor), "balai_warga": table(balai_warga), "kecamatan": counter("Kecamatan"),
    "portal": portal,
}  # fmt: skip

_ANSWERS_NOBODY = "its app, its desk or its newspaper tells the reporter, so nothing of the city's comes back"
_VENDORS_IDS = "the vendor gives the ids, nobody who writes"
_ACCOUNT = "its reporter is an account, which the vendor writes in one way"
DOES_NOT_APPLY = {
    **{(code, "own voice"): _ANSWERS_NOBODY for code in
       ("jaki", "kelurahan", "kecamatan", "media_massa", "qlue", "jakarta_aman", "lapor", "balai_warga", "portal")},
    **{(code, "author-bound id"): _VENDORS_IDS for code in
       ("facebook", "instagram", "x", "whatsapp", "jaki", "qlue", "jakarta_aman", "lapor", "balai_warga", "sms",
        "portal")},
    **{(code, "spelling"): _ACCOUNT for code in ("facebook", "instagram", "x", "qlue")},
    ("jaki", "spelling"): "the app does not say who reports",
    ("whatsapp", "zone"): "its moments are seconds since 1970",
    ("email", "one bad record"): "a file holds one mail, which is quarantined alone",
    ("email", "several entries"): "a file holds one mail; a digest of several is refused (test_mail_people.py)",
}  # fmt: skip


def cells(kind: str) -> list[str]:
    return [code for code in CHANNELS if (code, kind) not in DOES_NOT_APPLY]


@pytest.fixture(autouse=True)
def settings_of_the_city(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for channel in ("FACEBOOK", "INSTAGRAM", "X"):
        monkeypatch.setenv(f"JSC_{channel}_ACCOUNT_ID", CITY_ACCOUNT)
    monkeypatch.setenv("JSC_SMS_NUMBER", CITY_NUMBER)
    monkeypatch.setenv("JSC_EMAIL_USER", CITY_ADDRESS)


def told(code: str, *items: Item) -> list[Content | str]:
    """What a delivery of a channel says, and why the rest of it is refused."""
    contents: list[Content | str] = []
    for entry in CHANNELS[code].split(WIRES[code](items), "f"):
        if isinstance(entry, Noted):
            continue
        try:
            contents.append(CHANNELS[code].parse(entry) if isinstance(entry, Record) else entry.reason)
        except PayloadError as error:
            contents.append(str(error))
    return contents


def report(code: str, item: Item) -> Report:
    [content] = told(code, item)
    assert isinstance(content, Report)
    return content


def test_every_channel_is_written_and_every_cell_that_has_no_test_says_why():
    assert WIRES.keys() == CHANNELS.keys()
    assert DOES_NOT_APPLY.keys() < set(product(CHANNELS, KINDS))
    assert all(DOES_NOT_APPLY.values())


@pytest.mark.parametrize("code", CHANNELS)
def test_a_channel_that_answers_knows_the_citys_own_voice(code):
    if code in cells("own voice"):
        [content] = told(code, CITY)
        assert own_voice()(code, content) == NotAReport(SetAsideReason.OWN_VOICE)
        assert isinstance(own_voice()(code, report(code, Item())), Report)
    else:
        assert CHANNELS[code].reply is None


@pytest.mark.parametrize("code", CHANNELS)
def test_an_id_that_its_writer_chooses_counts_only_with_them(code):
    authorship = CHANNELS[code].authorship
    if code not in cells("author-bound id"):
        assert authorship is None
        return
    # A desk counts from one in its own register, whoever reports.
    if code in ("kelurahan", "kecamatan"):
        here, there = (CHANNELS[code].split(WIRES[code]([Item()]).replace(b"Kemuning", area), "f")[0]
                       for area in (b"Kemuning", b"Seruni"))  # fmt: skip
        assert here.source_record_id != there.source_record_id
        return
    assert authorship is not None
    mine, copy, theirs = (authorship_of(code, item) for item in (
        Item(), replace(Item(), text=f"{Item().text}."), replace(Item(), name="Budi", address="budi@warga.example"),
    ))  # fmt: skip
    assert is_same(mine, copy)
    assert not is_same(mine, theirs)


def authorship_of(code: str, item: Item) -> Authorship:
    [record] = CHANNELS[code].split(WIRES[code]([item]), "f")
    assert isinstance(record, Record)
    authorship = CHANNELS[code].authorship
    assert authorship is not None
    return authorship(record)


@pytest.mark.parametrize("at", [datetime(2099, 1, 1, tzinfo=UTC), NOW + timedelta(days=2)])
@pytest.mark.parametrize("code", cells("future time"))
def test_a_time_in_the_future_is_that_of_the_receipt(code, at):
    found = dated(report(code, replace(Item(), at=at)), NOW, None)
    assert (found.reported_at, found.time_basis) == (NOW, TimeBasis.RECEIPT)


@pytest.mark.parametrize("zone", [WIB, UTC])
@pytest.mark.parametrize("code", cells("zone"))
def test_a_moment_is_read_in_the_clock_that_wrote_it(code, zone):
    found = dated(report(code, replace(Item(), at=AT.astimezone(zone))), NOW, None)
    assert (found.reported_at, found.time_basis) == (AT, TimeBasis.SENDER)


@pytest.mark.parametrize("code", cells("spelling"))
def test_one_person_is_one_person_however_they_are_spelt(code):
    key = reporter_key(code, report(code, Item()))
    assert key is not None
    assert reporter_key(code, report(code, RESPELT)) == key
    other = replace(Item(), name="Budi Misalan", phone="0812 0000 0002", address="budi@warga.example")
    assert reporter_key(code, report(code, other)) != key


@pytest.mark.parametrize("code", cells("one bad record"))
def test_a_record_that_lost_its_id_costs_itself_only(code):
    found = told(code, Item(), replace(Item(), id="", text=""), replace(Item(), id="13"))
    assert [type(one) for one in found if not isinstance(one, str)] == [Report, Report]
    [reason] = [one for one in found if isinstance(one, str)]
    assert reason.startswith("expected ")


@pytest.mark.parametrize("code", cells("several entries"))
def test_every_sheet_and_entry_is_read(code):
    found = told(code, *(replace(Item(), id=str(number)) for number in (21, 22, 23)))
    assert [type(one) for one in found] == [Report] * 3
    assert len({one.source_record_id for one in found}) == 3
