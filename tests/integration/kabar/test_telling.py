"""What is told of a case: each kind once, to its reporters, with what their number may show."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.outbox.sending import Outcome, Transaction
from assets.sources.records import Record
from database.roles import portal_login
from database.settings import PROJECT
from tests import served
from tests.integration.kabar.steps import BUDI, HUBUNGAN, HUBUNGAN_NAME, NOW, URL, book, go, link_in, numbers, sent_to
from tests.integration.post import Mailbox
from tests.integration.site import Site
from tests.integration.test_lapor import rows
from tests.integration.test_outbox import decide, mail, vendor, ways, whatsapp
from tests.served import HERE

# The first two numbers of the day.
FIRST, SECOND = (served.number(f"260301500{count}") for count in (1, 2))


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
    assert f"ditangani {HUBUNGAN_NAME}" in handover
    assert "menjanjikan selesai 22 Mar 2026" in promise
    assert f"{URL}/lacak/{reported}/belum-selesai" in closing
    assert all(reported in text and HERE.name not in text for text in (handover, promise, closing))
    [first, *_] = mailbox.mails
    assert first["In-Reply-To"] == "<m1@mail.example>"
    assert first["List-Unsubscribe"].strip() == f"<{URL}{link_in(handover)}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


EDITED = (
    """
    with inbox as (
        insert into raw.inbox (channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
        select channel, source_record_id, 'edited', fetched_at, batch_id, is_synthetic from raw.inbox
        returning inbox_id
    )
    insert into ledger.complaints
    select (jsonb_populate_record(complaints, jsonb_build_object('version', 2, 'inbox_id', inbox.inbox_id))).*
    from ledger.complaints cross join inbox
    """,
    """
    insert into private.complaints
    select (jsonb_populate_record(complaints, '{"version": 2}')).* from private.complaints
    """,
)


def test_an_event_that_is_corrected_after_its_report_was_edited_is_told_once(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN)
    assert go(transaction) == {Outcome.SENT: 1}
    with transaction() as connection:
        for statement in EDITED:
            connection.execute(statement.encode())
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, rating=4,
         booked_at=(NOW + timedelta(hours=4)).isoformat())  # fmt: skip
    assert go(transaction) == {}
    assert len(mailbox.mails) == 1


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
    book(transaction, tmp_path, FIRST, "Koordinasi", HUBUNGAN)
    assert go(transaction) == {}
    decide(transaction, "email", mail(1))
    assert go(transaction) == {Outcome.SENT: 2}
    assert any(f"ditangani {HUBUNGAN_NAME}" in text for text in sent_to(mailbox, BUDI))
    assert go(transaction) == {}


ROUND = """
import os, sys, psycopg
from datetime import UTC, datetime
from assets.cases.news import rounds, telling
from assets.city import city_folder
url, moment = sys.argv[1:]
queue = telling.enqueue
def dies(*arguments):
    queue(*arguments)
    os.kill(os.getpid(), 9)
telling.enqueue = dies
rounds.make_round(lambda: psycopg.connect(url), rounds.Newsroom.of(city_folder(), is_synthetic=False), "run",
    datetime.fromisoformat(moment))
"""


def test_a_round_that_is_killed_in_the_middle_loses_nothing_and_tells_nothing_twice(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    child = subprocess.run(
        [sys.executable, "-c", ROUND, database_url, NOW.isoformat()], check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "JSC_CITY": str(city_folder())},
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL
    assert rows(database_url, "select count(*) from ledger.untold_events") == [(1,)]
    assert go(transaction) == {Outcome.SENT: 1}
    assert go(transaction) == {}


def test_without_an_address_of_the_portal_nothing_is_offered_and_no_mail_that_cannot_be_stopped(
    database_url: str, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("JSC_PORTAL_URL")
    book(transaction, tmp_path, reported, "Selesai")
    assert go(transaction) == {}
    with Site(portal_login(database_url, city_zone().key)) as http:
        page = http.get("/kabar").text
    assert "belum mengirim kabar" in page
    assert 'value="' not in page[page.index('id="nomor"') :], "no number was typed"
    assert 'name="kontak"' not in page


def test_who_reported_the_same_is_told_with_the_first_reporter(
    transaction: Transaction, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    decide(transaction, "email", mail(1))
    decide(transaction, "email", mail(2))
    with psycopg.connect(database_url) as connection:
        # Triage links what is near enough; here the second report repeats the first for sure.
        connection.execute(
            "update ledger.complaints set duplicate_of = (select complaint_id from ledger.tracking_numbers"
            " where tracking_number = %s) where complaint_id = (select complaint_id from"
            " ledger.tracking_numbers where tracking_number = %s)",
            [FIRST, SECOND],
        )
    go(transaction)
    mailbox.mails.clear()
    book(transaction, tmp_path, FIRST, "Selesai")
    assert go(transaction) == {Outcome.SENT: 2}
    for person, own, other in ((1, FIRST, SECOND), (2, SECOND, FIRST)):
        [text] = sent_to(mailbox, f"budi{person}@mail.example")
        assert f"{URL}/lacak/{own}/belum-selesai" in text
        assert other not in text
    # An event on the repeated report is one of the case.
    book(transaction, tmp_path, SECOND, "Proses", HUBUNGAN, at=NOW + timedelta(hours=1))
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
    assert (HERE.name in text) == (visibility == "public")
    assert (HUBUNGAN_NAME in text) == (visibility != "confidential")
    assert f"{URL}/lacak/{reported}/belum-selesai" in text


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
        "message": f"Jalan berlubang besar di Jl. Melati 1, kelurahan {HERE.name}",
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
