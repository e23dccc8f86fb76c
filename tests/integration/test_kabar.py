"""Kabar over HTTP, SMTP and an SMS gateway's table: who is told what of a case, once, and how they begin and stop."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.errors import InvalidParameterValue

from assets.cases.intake import take_in_events
from assets.cases.news.rounds import Newsroom, make_round
from assets.clock import TIMEZONE
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.forget import forget
from assets.complaints.intake import Readable, store_records
from assets.complaints.ledger import decide_all
from assets.complaints.outbox.sending import Outcome, send_all
from assets.complaints.outbox.ways import configured_senders
from assets.reference import load_reference
from assets.settings import SEEDS
from assets.sources.landing import Batch
from assets.sources.records import Record
from database.roles import portal_login
from database.settings import PROJECT
from tests.integration.post import Mailbox
from tests.integration.site import Site
from tests.integration.test_lapor import hidden
from tests.integration.test_outbox import DESK, decide, mail, text_of, vendor, ways, whatsapp

# Before the morning's round.
NOW = datetime(2026, 3, 1, 22, tzinfo=UTC)
URL = "https://lapor.kota.example"
MARGA, HUBUNGAN = "dinas_bina_marga", "dinas_perhubungan"
KNOWN = frozenset(load_reference(SEEDS).skpd)
BUDI, SITI = "budi1@mail.example", "siti@mail.example"
PHONE = "+628120000001"
OUTBOX = (
    'create table outbox ("ID" serial primary key, "DestinationNumber" text not null, "TextDecoded" text,'
    ' "CreatorID" text not null, "Coding" text not null)'
)
Transaction = Callable[[], AbstractContextManager[psycopg.Connection]]


@pytest.fixture
def transaction(database_url: str) -> Transaction:
    return lambda: psycopg.connect(database_url)


@pytest.fixture(autouse=True)
def portal_url(no_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_PORTAL_URL", URL)


@pytest.fixture
def site(database_url: str, mailbox: Mailbox) -> Iterator[httpx.Client]:
    with Site(portal_login(database_url, TIMEZONE)) as http:
        yield http


@pytest.fixture
def gateway(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[str, str]]]:
    """An SMS gateway's outbox: the numbers and texts in it."""
    with psycopg.connect(database_url) as connection:
        connection.execute(OUTBOX)
    monkeypatch.setenv("JSC_SMS_URL", database_url)
    return lambda: rows(database_url, 'select "DestinationNumber", "TextDecoded" from outbox order by "ID"')


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def numbers(transaction: Transaction) -> list[str]:
    with transaction() as connection:
        query = "select tracking_number from ledger.tracking_numbers order by 1"
        return [number for (number,) in connection.execute(query)]


def book(
    transaction: Transaction, folder: Path, number: str, status: str, holder: str = MARGA, *, at: datetime = NOW,
    event: str = "", received_at: datetime = NOW, **fields: Any,
) -> None:  # fmt: skip
    """Have an agency book an event, as the CRM delivers it."""
    item = {
        "event_id": event or f"{status} {at.isoformat()}", "complaint": {"tracking_number": number},
        "status": {"name": status}, "skpd": {"code": holder}, "occurred_at": at.isoformat(), **fields,
    }  # fmt: skip
    (folder / "case_events").mkdir(exist_ok=True)
    (folder / "case_events" / f"{time.monotonic_ns()}.json").write_text(json.dumps({"data": [item]}))
    with transaction() as connection:
        take_in_events(connection, folder, Batch("1", "case_events", received_at, False), KNOWN)


def go(transaction: Transaction, now: datetime = NOW) -> dict[Outcome, int]:
    """What the intake job does behind the ledger: news into the outbox, and the outbox sent."""
    make_round(transaction, Newsroom.of(SEEDS, is_synthetic=False), "run", now)
    return dict(send_all(transaction, configured_senders(), now, is_dry=False))


def sent_to(mailbox: Mailbox, address: str) -> list[str]:
    return [text_of(one) for one in mailbox.mails if one["To"] == address]


def sms(number: int, text: str, sender: str = PHONE, at: datetime = NOW) -> Record:
    row = {
        "ID": str(number), "SenderNumber": sender, "TextDecoded": text, "Coding": "Default_No_Compression",
        "ReceivingDateTime": f"{at + timedelta(hours=7):%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    [record] = CHANNELS["sms"].split(json.dumps([row]).encode(), "a.json")
    assert isinstance(record, Record)
    return record


def decide_at(transaction: Transaction, *records: Record) -> None:
    """Have messages taken in and decided."""
    with transaction() as connection:
        store_records(connection, Batch("1", "sms", NOW, False), [Readable(one, None, NOW) for one in records])
    decide_all(transaction, DESK, "1", NOW)


def ask(site: httpx.Client, **fields: str) -> httpx.Response:
    return site.post("/kabar", data={**hidden(site.get("/kabar").text), "cara": "smtp", "kontak": SITI, **fields},
                     files=[("x", ("", b""))])  # fmt: skip


def link_in(text: str) -> str:
    [path] = re.findall(rf"{URL}(/kabar/(?:ya|henti)/[\w-]+)", text)
    return str(path)


@pytest.fixture
def reported(transaction: Transaction, mailbox: Mailbox) -> str:
    """A report by mail that was answered; its number."""
    decide(transaction, "email", mail(1))
    assert go(transaction) == {Outcome.SENT: 1}
    mailbox.mails.clear()
    [number] = numbers(transaction)
    return number


def test_a_reporter_is_told_of_each_kind_once(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    hour = timedelta(hours=1)
    promised = (NOW + timedelta(days=20)).isoformat()
    book(transaction, tmp_path, reported, "Proses", at=NOW)
    assert go(transaction) == {}, "the holder is who it was"
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN, at=NOW + hour)
    assert go(transaction) == {Outcome.SENT: 1}
    book(transaction, tmp_path, reported, "Estimasi waktu selesai", HUBUNGAN, at=NOW + 2 * hour, promised_at=promised)
    assert go(transaction) == {Outcome.SENT: 1}
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + 3 * hour)
    assert go(transaction) == {Outcome.SENT: 1}
    # Corrected, rated, delivered again: the same event is told once.
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + 3 * hour, rating=4,
         booked_at=(NOW + 4 * hour).isoformat())  # fmt: skip
    assert go(transaction) == {}
    handover, promise, closing = sent_to(mailbox, BUDI)
    assert "ditangani Dinas Perhubungan" in handover
    assert "menjanjikan selesai 22 Mar 2026" in promise
    assert f"{URL}/lacak/{reported}/belum-selesai" in closing
    assert all(reported in text and "Gambir" not in text for text in (handover, promise, closing))
    [first, *_] = mailbox.mails
    assert first["In-Reply-To"] == "<m1@mail.example>"
    assert first["List-Unsubscribe"].strip() == f"<{URL}{link_in(handover)}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_withdrawn_or_of_long_ago_is_no_news(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN, at=NOW - timedelta(days=4))
    book(transaction, tmp_path, reported, "Selesai", at=NOW, event="wrong")
    book(transaction, tmp_path, reported, "Selesai", at=NOW, event="wrong", is_withdrawn=True,
         booked_at=(NOW + timedelta(minutes=5)).isoformat())  # fmt: skip
    assert go(transaction) == {}
    # An event that comes late, behind one that was told, is news no more.
    book(transaction, tmp_path, reported, "Selesai", at=NOW + timedelta(hours=2))
    assert go(transaction) == {Outcome.SENT: 1}
    book(transaction, tmp_path, reported, "Koordinasi", "dinas_sosial", at=NOW + timedelta(hours=1))
    assert go(transaction) == {}


def test_an_event_before_its_report_waits_for_it(transaction: Transaction, mailbox: Mailbox, tmp_path: Path) -> None:
    book(transaction, tmp_path, "JK2603015001", "Koordinasi", HUBUNGAN)
    assert go(transaction) == {}
    decide(transaction, "email", mail(1))
    assert go(transaction) == {Outcome.SENT: 2}
    assert any("ditangani Dinas Perhubungan" in text for text in sent_to(mailbox, BUDI))
    assert go(transaction) == {}


ROUND = """
import os, sys, psycopg
from datetime import UTC, datetime
from assets.cases.news import rounds, telling
from assets.settings import SEEDS
url, moment = sys.argv[1:]
queue = telling.enqueue
def dies(*arguments):
    queue(*arguments)
    os.kill(os.getpid(), 9)
telling.enqueue = dies
rounds.make_round(lambda: psycopg.connect(url), rounds.Newsroom.of(SEEDS, is_synthetic=False), "run",
    datetime.fromisoformat(moment))
"""


def test_a_round_that_is_killed_in_the_middle_loses_nothing_and_tells_nothing_twice(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    child = subprocess.run(
        [sys.executable, "-c", ROUND, database_url, NOW.isoformat()], check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL
    assert rows(database_url, "select count(*) from ledger.untold_events") == [(1,)]
    assert go(transaction) == {Outcome.SENT: 1}
    assert go(transaction) == {}


def test_who_follows_is_asked_first_and_told_then(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    asked = ask(site, nomor=reported.lower())
    assert (asked.status_code, asked.headers["location"]) == (303, "/kabar?terkirim=1")
    assert "beberapa menit" in site.get(asked.headers["location"]).text
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    go(transaction)
    [question] = sent_to(mailbox, SITI)
    assert "Kabar laporan" in question
    assert link_in(question).startswith("/kabar/ya/"), "nobody is told anything yet"
    page = site.get(link_in(question))
    assert "Terima kabar ini?" in page.text
    assert "Terima kabar ini?" in site.get(link_in(question)).text, "looking at it changes nothing"
    site.cookies.clear()
    assert "Kabar akan datang" in site.post(link_in(question)).text
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    assert go(transaction) == {Outcome.SENT: 2}
    _, closing = sent_to(mailbox, SITI)
    assert "selesai menurut Dinas Perhubungan" in closing
    assert [one["In-Reply-To"] for one in mailbox.mails if one["To"] == SITI] == [None, None]
    # One tap, without a login; also by the mail program's own button.
    assert "Hentikan kabar ini?" in site.get(link_in(closing)).text
    stopped = site.post(link_in(closing), data={"List-Unsubscribe": "One-Click"})
    assert "Kabar dihentikan" in stopped.text
    assert "Kabar dihentikan" in site.post(link_in(closing).replace("henti", "ya")).text, "an old link starts nothing"
    book(transaction, tmp_path, reported, "Proses", MARGA, at=NOW + timedelta(hours=2))
    assert go(transaction) == {Outcome.SENT: 1}
    assert len(sent_to(mailbox, SITI)) == 2


def test_who_stops_is_not_told_what_waits_already(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    go(transaction)
    [told] = sent_to(mailbox, BUDI)
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    make_round(transaction, Newsroom.of(SEEDS, is_synthetic=False), "run", NOW)
    assert rows(database_url, "select count(*) from ledger.outbox") == [(1,)]
    assert site.post(link_in(told)).status_code == 200
    assert go(transaction) == {}
    assert len(sent_to(mailbox, BUDI)) == 1
    # A new report is a new conversation.
    decide(transaction, "email", mail(1, "Lampu jalan mati di Jl. Mawar kelurahan Cideng"))
    assert rows(database_url, "select detail from ledger.message_attempts where state = 'refused'") == [
        ("expected somebody who wants news, found that they stopped it",)
    ]


def test_an_old_following_that_nobody_confirmed_is_no_more(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, database_url: str
) -> None:
    ask(site, nomor=reported)
    go(transaction)
    [question] = sent_to(mailbox, SITI)
    with psycopg.connect(database_url) as connection:
        connection.execute("update private.follows set asked_at = now() - interval '8 days'")
    assert site.get(link_in(question)).status_code == 404
    assert site.post(link_in(question)).status_code == 404
    assert rows(database_url, "select confirmed_at from private.follows where recipient_id is not null") == [(None,)]


@pytest.mark.parametrize("act", ["ya", "henti", "hapus"])
def test_a_forged_token_opens_nothing(site: httpx.Client, act: str) -> None:
    for token in ("a" * 22, "../../x", "' or true --", "%00", "a" * 4000):
        for answered in (site.get(f"/kabar/{act}/{token}"), site.post(f"/kabar/{act}/{token}")):
            assert answered.status_code == 404, token


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kontak": "bukan alamat"}, 422), ({"kontak": "a@b@c.example"}, 422), ({"cara": "smsd"}, 422),
        ({"cara": "surat"}, 422), ({"nomor": "", "kelurahan": ""}, 422), ({"nomor": "bukan nomor"}, 422),
        ({"nomor": "JK2601010001"}, 404), ({"nomor": "", "kelurahan": "31.71.01.9999"}, 422),
        ({"nomor": "", "kelurahan": "31.71.01.1001"}, 303), ({"cara": "smsd", "kontak": "0812 0000 0001"}, 303),
        ({"kontak": "<script>alert(1)</script>@x.example"}, 422), ({"token": "a"}, 403),
        ({"kontak": "siti@mail.example\nBcc: budi@mail.example"}, 422),
    ],
)  # fmt: skip
def test_a_form_that_makes_no_sense_is_refused(
    site: httpx.Client, reported: str, database_url: str, fields: dict[str, str], status: int
) -> None:
    answered = ask(site, **{"nomor": reported, **fields})
    assert answered.status_code == status
    assert "<script>alert" not in answered.text
    assert rows(database_url, "select count(*) from private.follows") == [(int(status == 303),)]


def test_nobody_learns_who_follows_and_nobody_is_flooded(
    site: httpx.Client, transaction: Transaction, mailbox: Mailbox, database_url: str
) -> None:
    decide(transaction, "email", *(mail(number) for number in range(8)))
    go(transaction)
    mailbox.mails.clear()
    for number in numbers(transaction):
        assert ask(site, nomor=number).status_code == 303
    go(transaction)
    assert len(sent_to(mailbox, SITI)) == 5, "of one contact in a week"
    site.post(link_in(sent_to(mailbox, SITI)[0]))
    answers = {ask(site, nomor=number).headers["location"] for number in numbers(transaction)}
    assert answers == {"/kabar?terkirim=1"}
    assert go(transaction) == {}


def test_a_network_asks_so_often_an_hour(site: httpx.Client, reported: str) -> None:
    statuses = [ask(site, nomor=reported, kontak=f"a{count}@mail.example").status_code for count in range(31)]
    assert statuses == [303] * 30 + [429]


def test_without_an_address_of_the_portal_nothing_is_offered_and_no_mail_that_cannot_be_stopped(
    database_url: str, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("JSC_PORTAL_URL")
    book(transaction, tmp_path, reported, "Selesai")
    assert go(transaction) == {}
    with Site(portal_login(database_url, TIMEZONE)) as http:
        page = http.get("/kabar").text
    assert "belum mengirim kabar" in page
    assert 'name="kontak"' not in page


def test_the_function_takes_nothing_else(database_url: str, reported: str) -> None:
    wrong = [
        ("smtp", "x", reported, None), ("smsd", "0812", reported, None), ("fax", "+628120000001", reported, None),
        ("smtp", None, reported, None), (None, SITI, reported, None), ("smtp", SITI, None, None),
        ("smtp", SITI, reported, "31.71.01.1001"), ("smtp", SITI, None, "Gambir"),
        ("smtp", f"{'a' * 250}@b.example", reported, None), ("smtp", "a@b.example\nc@d.example", reported, None),
    ]  # fmt: skip
    with psycopg.connect(portal_login(database_url, TIMEZONE), autocommit=True) as portal:
        for values in wrong:
            with pytest.raises(InvalidParameterValue):
                portal.execute("select front.ask_news(%s, %s, %s, %s)", values)
        for forbidden in ("select * from private.follows", "select front.stop_follows('{1}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())
    assert rows(database_url, "select count(*) from private.recipients") == [(0,)]


def test_an_sms_follows_confirms_and_stops_by_words(
    site: httpx.Client, transaction: Transaction, reported: str, tmp_path: Path, database_url: str,
    gateway: Callable[[], list[tuple[str, str]]],
) -> None:  # fmt: skip
    ask(site, nomor=reported, cara="smsd", kontak="0812 0000 001")
    go(transaction)
    [(to, question)] = gateway()
    assert (to, f"Kabar laporan {reported}" in question, "balas YA" in question) == (PHONE, True, True)
    decide_at(transaction, sms(1, "ya", "08120000001"))
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    go(transaction)
    [_, settled, news] = [text for _, text in gateway()]
    assert "BERHENTI" in settled
    assert "ditangani Dinas Perhubungan" in news
    assert news.endswith("Stop: balas BERHENTI")
    decide_at(transaction, sms(2, "BERHENTI"))
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    go(transaction)
    assert [text for _, text in gateway()][3:] == [
        "Baik, kami tidak mengirim kabar lagi. Jawaban atas laporan baru Anda tetap kami kirim."
    ]
    assert all(len(text) <= 160 and text.isascii() for _, text in gateway())
    # None of it is a complaint, all of it is counted.
    assert rows(database_url, "select reason, detail, complaint_id from ledger.set_aside order by inbox_id") == [
        ("request", "ya", None), ("request", "berhenti", None),
    ]  # fmt: skip
    assert rows(database_url, "select count(*) from ledger.complaints where channel = 'sms'") == [(0,)]


def test_who_sends_kabar_from_their_own_telephone_follows_at_once(
    transaction: Transaction, reported: str, tmp_path: Path, gateway: Callable[[], list[tuple[str, str]]]
) -> None:
    decide_at(transaction, sms(1, f"kabar {reported}"), sms(2, "KABAR JK2601010001"), sms(3, "Kabar"))
    book(transaction, tmp_path, reported, "Selesai")
    go(transaction)
    texts = [text for _, text in gateway()]
    assert ["Baik" in texts[0], "tidak kami temukan" in texts[1], "contoh" in texts[2]] == [True] * 3
    assert "selesai menurut Dinas Bina Marga" in texts[3]


def test_ya_where_nothing_waits_is_a_message_as_any(transaction: Transaction, database_url: str) -> None:
    decide_at(transaction, sms(1, "Ya"))
    assert rows(database_url, "select decision from ledger.complaints") == [("returned",)]


def test_a_reporter_by_sms_stops_the_news_of_the_own_report(
    transaction: Transaction, tmp_path: Path, gateway: Callable[[], list[tuple[str, str]]], database_url: str
) -> None:
    decide_at(transaction, sms(1, "Nama Budi Contoh. Jalan berlubang besar di kelurahan Gambir"))
    [number] = numbers(transaction)
    book(transaction, tmp_path, number, "Koordinasi", HUBUNGAN)
    go(transaction)
    assert len(gateway()) == 2
    decide_at(transaction, sms(2, "Stop", "0812-0000-001"))
    book(transaction, tmp_path, number, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    go(transaction)
    assert [text[:4] for _, text in gateway()][2:] == ["Baik"]
    # By a reporter who follows the own number too, nothing is told twice.
    decide_at(transaction, sms(3, f"KABAR {number}"))
    book(transaction, tmp_path, number, "Proses", MARGA, at=NOW + timedelta(hours=2))
    go(transaction)


def test_a_word_of_long_ago_is_set_aside_and_not_answered(transaction: Transaction, database_url: str) -> None:
    decide_at(transaction, sms(1, "LACAK JK2603015001", at=NOW - timedelta(days=2)))
    assert rows(database_url, "select reason, detail from ledger.set_aside") == [("request", "lacak")]
    assert rows(database_url, "select count(*) from ledger.messages") == [(0,)]


def test_answers_to_words_have_an_end(transaction: Transaction, database_url: str) -> None:
    decide_at(transaction, *(sms(count, "LACAK JK2603015001") for count in range(30)))
    assert rows(database_url, "select count(*) from ledger.set_aside") == [(30,)]
    assert rows(database_url, "select count(*) from ledger.messages") == [(20,)]


def test_who_reported_the_same_is_told_with_the_first_reporter(
    transaction: Transaction, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    decide(transaction, "email", mail(1))
    decide(transaction, "email", mail(2))
    with psycopg.connect(database_url) as connection:
        # Triage links what is near enough; here the second report repeats the first for sure.
        connection.execute(
            "update ledger.complaints set duplicate_of = (select complaint_id from ledger.tracking_numbers"
            " where tracking_number = 'JK2603015001') where complaint_id = (select complaint_id from"
            " ledger.tracking_numbers where tracking_number = 'JK2603015002')"
        )
    go(transaction)
    mailbox.mails.clear()
    book(transaction, tmp_path, "JK2603015001", "Selesai")
    assert go(transaction) == {Outcome.SENT: 2}
    for number in (1, 2):
        [text] = sent_to(mailbox, f"budi{number}@mail.example")
        assert f"{URL}/lacak/JK260301500{number}/belum-selesai" in text
        assert f"JK260301500{3 - number}" not in text
    # An event on the repeated report is one of the case.
    book(transaction, tmp_path, "JK2603015002", "Proses", HUBUNGAN, at=NOW + timedelta(hours=1))
    assert go(transaction) == {Outcome.SENT: 2}


@pytest.mark.parametrize("visibility", ["public", "private", "confidential"])
def test_what_is_told_is_what_the_number_may_show(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str, visibility: str
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("update ledger.complaints set visibility = %s", [visibility])
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN)
    go(transaction)
    [text] = sent_to(mailbox, BUDI)
    assert ("Gambir" in text) == (visibility == "public")
    assert ("Dinas Perhubungan" in text) == (visibility != "confidential")
    assert f"{URL}/lacak/{reported}/belum-selesai" in text


def test_a_person_who_is_forgotten_is_told_nothing_more(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    ask(site, nomor=reported, kontak="Siti@Mail.example")
    go(transaction)
    site.post(link_in(sent_to(mailbox, SITI)[0]))
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    make_round(transaction, Newsroom.of(SEEDS, is_synthetic=False), "run", NOW)
    with psycopg.connect(database_url) as connection:
        erasure = forget(connection, SITI, NOW, tmp_path)
        assert (erasure.complaints, erasure.followings) == (0, 1)
    mailbox.mails.clear()
    # What waited for her has nowhere to go; above all it is not sent to the reporter a second time.
    assert go(transaction) == {Outcome.SENT: 1, Outcome.REFUSED: 1}
    assert [one["To"] for one in mailbox.mails] == [BUDI]
    with psycopg.connect(database_url) as connection:
        forget(connection, BUDI, NOW, tmp_path)
    assert rows(database_url, "select count(*) from private.follows") == [(0,)]
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    assert go(transaction) == {}


def test_an_engineer_reads_no_contact_and_no_token(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, database_url: str
) -> None:
    ask(site, nomor=reported)
    go(transaction)
    [question] = sent_to(mailbox, SITI)
    token = link_in(question).rpartition("/")[2]
    with psycopg.connect(database_url) as connection:
        connection.execute("set role engineer")
        told = str(connection.execute("select * from ledger.message_states").fetchall())
        told += str(connection.execute("select * from ledger.messages").fetchall())
        for table in ("private.recipients", "private.follows"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select * from {table}".encode())
    assert "Kabar laporan" in told
    assert SITI not in told
    assert token not in told


def test_news_by_whatsapp_goes_by_the_approved_template(
    transaction: Transaction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(transaction, "whatsapp", whatsapp(1))
    [number] = numbers(transaction)
    with vendor() as (url, requests):
        ways(monkeypatch, url)
        monkeypatch.setenv("JSC_WHATSAPP_TEMPLATE", "kabar_laporan")
        go(transaction)
        book(transaction, tmp_path, number, "Selesai")
        go(transaction)
    answer, news = (json.loads(body) for _, _, body in requests)
    assert answer["type"] == "text"
    assert (news["type"], news["template"]["name"], news["to"]) == ("template", "kabar_laporan", "628000000001")
    [component] = news["template"]["components"]
    [parameter] = component["parameters"]
    assert "selesai menurut" in parameter["text"]
    assert "\n" not in parameter["text"]


def test_what_everybody_reads_tells_nothing_confidential(
    transaction: Transaction, database_url: str, tmp_path: Path
) -> None:
    post = {
        "id": "77_1", "from": {"name": "Budi Contoh", "id": "900001"}, "created_time": "2026-03-01T08:00:00+0000",
        "message": "Jalan berlubang besar di Jl. Melati 1, kelurahan Gambir",
    }  # fmt: skip
    [record] = CHANNELS["facebook"].split(json.dumps({"data": [post]}).encode(), "a.json")
    assert isinstance(record, Record)
    decide(transaction, "facebook", record)
    [number] = numbers(transaction)
    told = "select kind, follow_id from ledger.messages where kind <> 'acknowledgement'"
    book(transaction, tmp_path, number, "Koordinasi", HUBUNGAN)
    go(transaction)
    assert rows(database_url, told) == [("handover", None)], "a reply that all can see has no link that stops it"
    with psycopg.connect(database_url) as connection:
        connection.execute("update ledger.complaints set visibility = 'confidential'")
    book(transaction, tmp_path, number, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    go(transaction)
    assert len(rows(database_url, told)) == 1
