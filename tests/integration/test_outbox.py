"""The outbox against real receivers: SMTP with TLS, a vendor's API, an SMS gateway's database; each message once."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import store_records
from assets.complaints.ledger import decide_all
from assets.complaints.model import Report
from assets.complaints.outbox.ledger import count_states, newest
from assets.complaints.outbox.sending import Outcome, Transaction, send_all
from assets.complaints.outbox.ways import configured_senders
from assets.complaints.triage.desk import Desk
from assets.messages.letter import Sender
from assets.reference import load_reference
from assets.sources.landing import Batch
from assets.sources.records import Record
from tests.integration.post import Mailbox
from tests.served import HERE, REFERENCE, number

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(load_reference(city_folder()))
# As an SMS gateway has it.
OUTBOX = (
    'create table outbox ("ID" serial primary key, "DestinationNumber" text not null, "TextDecoded" text,'
    ' "CreatorID" text not null, "Coding" text not null)'
)

pytestmark = pytest.mark.usefixtures("no_settings")


def mail(number: int, text: str = f"Aspal jalan raya berlubang besar di kelurahan {HERE.name}") -> Record:
    raw = (
        f"From: Budi Contoh <budi{number}@mail.example>\nDate: Sun, 1 Mar 2026 08:0{number}:00 +0700\n"
        f"Message-ID: <m{number}@mail.example>\nSubject: Laporan\n\n{text} nomor {number}\n"
    )
    [record] = CHANNELS["email"].split(raw.encode(), "1.eml")
    assert isinstance(record, Record)
    return record


def decide(transaction: Transaction, channel: str, *records: Record, is_synthetic: bool = False) -> None:
    from assets.complaints.intake import Readable

    readable = []
    for record in records:
        report = CHANNELS[channel].parse(record)
        assert isinstance(report, Report)
        readable.append(Readable(record, None, report.reported_at))
    with transaction() as connection:
        store_records(connection, Batch("1", channel, NOW, is_synthetic), readable)
    decide_all(transaction, DESK, "1", NOW)


def send(transaction: Transaction, *, is_dry: bool = False) -> dict[Outcome, int]:
    return dict(send_all(transaction, configured_senders(), NOW, is_dry=is_dry))


def text_of(message: Message) -> str:
    text = message.get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode()


def test_a_mail_is_answered_once_with_its_number(transaction: Transaction, mailbox: Mailbox) -> None:
    decide(transaction, "email", mail(1), mail(2, "Tolong"))
    assert send(transaction) == {Outcome.SENT: 2}
    assert send(transaction) == {}
    accepted, returned = sorted(mailbox.mails, key=lambda one: str(one["To"]))
    assert accepted["To"] == "budi1@mail.example"
    assert accepted["In-Reply-To"] == "<m1@mail.example>"
    assert accepted["Auto-Submitted"] == "auto-replied"
    text = text_of(accepted)
    assert number("2603015001") in text
    assert REFERENCE.skpd["dinas_bina_marga"].name in text
    assert "mohon balas dengan" in text_of(returned)


def test_a_dry_run_sends_nothing_and_nothing_is_sent_later(transaction: Transaction, mailbox: Mailbox) -> None:
    decide(transaction, "email", mail(1))
    assert send(transaction, is_dry=True) == {Outcome.DRY_RUN: 1}
    assert send(transaction) == {}
    assert mailbox.mails == []


def test_the_synthetic_city_is_never_answered(transaction: Transaction, mailbox: Mailbox) -> None:
    decide(transaction, "email", mail(1), is_synthetic=True)
    assert send(transaction) == {Outcome.DRY_RUN: 1}
    assert mailbox.mails == []


def test_a_way_that_is_closed_keeps_its_messages(
    transaction: Transaction, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decide(transaction, "email", mail(1), mail(2))
    with monkeypatch.context() as changed:
        changed.setenv("JSC_SMTP_PASSWORD", "falsch")
        assert send(transaction) == {Outcome.LATER: 1}
    assert send(transaction) == {Outcome.SENT: 2}
    assert len(mailbox.mails) == 2
    assert "falsch" not in caplog.text


def test_an_address_that_is_refused_is_booked_and_the_others_go_out(transaction: Transaction, mailbox: Mailbox) -> None:
    mailbox.refuses = {"budi1@mail.example"}
    decide(transaction, "email", mail(1), mail(2))
    assert send(transaction) == {Outcome.REFUSED: 1, Outcome.SENT: 1}
    with transaction() as connection:
        told = newest(connection, 10)
        assert count_states(connection) == [
            ("email", "acknowledgement", "refused", 1),
            ("email", "acknowledgement", "sent", 1),
        ]
    assert "550" in str(told)
    assert "budi1" not in str(told)


def test_an_edit_that_is_decided_the_same_way_is_not_answered_again(transaction: Transaction, mailbox: Mailbox) -> None:
    decide(transaction, "email", mail(1, "Tolong"))
    decide(transaction, "email", mail(1, "Tolong segera"))
    decide(transaction, "email", mail(1, f"Lampu jalan mati di kelurahan {HERE.name}"))
    with transaction() as connection:
        kinds = [kind for (kind,) in connection.execute("select kind from ledger.messages order by message_id")]
    assert kinds == ["request", "acknowledgement"]


SENDER = """
import sys, psycopg
from datetime import UTC, datetime
from assets.complaints.outbox.sending import send_all
from assets.complaints.outbox.ways import configured_senders
url = sys.argv[1]
send_all(lambda: psycopg.connect(url), configured_senders(), datetime(2026, 3, 2, tzinfo=UTC), is_dry=False)
"""


def test_a_sender_killed_between_sending_and_recording_sends_nothing_twice(
    transaction: Transaction, mailbox: Mailbox, database_url: str
) -> None:
    decide(transaction, "email", mail(1), mail(2))
    mailbox.hangs.set()
    child = subprocess.Popen([sys.executable, "-c", SENDER, database_url], env={**os.environ, "PYTHONPATH": _root()})
    assert mailbox.taken.wait(30), "the server has the text, the sender waits for its answer"
    child.send_signal(signal.SIGKILL)
    child.wait()
    mailbox.hangs.clear()
    assert send(transaction) == {Outcome.SENT: 1}
    assert sorted(str(one["To"]) for one in mailbox.mails) == ["budi1@mail.example", "budi2@mail.example"]
    with transaction() as connection:
        assert {state for *_, state, _ in count_states(connection)} == {"sent", "unknown"}


def _root() -> str:
    return str(city_folder().parents[1])


def test_two_senders_at_once_share_the_messages(transaction: Transaction, mailbox: Mailbox) -> None:
    decide(transaction, "email", *(mail(number) for number in range(10)))
    threads = [threading.Thread(target=send, args=[transaction]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(one["To"]) for one in mailbox.mails) == [f"budi{number}@mail.example" for number in range(10)]


@contextmanager
def vendor(status: int = 200) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A vendor's API: its URL, and the path, authorisation and body of every request."""
    requests: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.path, self.headers["Authorization"], body))
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v23.0", requests
    server.shutdown()
    server.server_close()


def whatsapp(number: int, **author: str) -> Record:
    author = author or {"from": "628000000001"}
    message = {
        **author, "id": f"wamid.{number}", "timestamp": "1772330400", "type": "text",
        "text": {"body": f"Jalan berlubang di kelurahan {HERE.name} dekat pasar nomor {number}"},
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "62", "phone_number_id": "55"},
        "contacts": [{"profile": {"name": "Budi Contoh"}}],
        "messages": [message],
    }
    body: dict[str, Any] = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }
    [record] = CHANNELS["whatsapp"].split(json.dumps(body).encode(), "1.json")
    assert isinstance(record, Record)
    return record


def ways(monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, Sender]:
    monkeypatch.setenv("JSC_WHATSAPP_URL", url)
    monkeypatch.setenv("JSC_WHATSAPP_ACCOUNT_ID", "55")
    monkeypatch.setenv("JSC_WHATSAPP_TOKEN", "rahasia-sekali")
    return dict(configured_senders())


def test_a_whatsapp_message_is_answered_to_its_number_with_the_token(
    transaction: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(transaction, "whatsapp", whatsapp(1))
    with vendor() as (url, requests):
        ways(monkeypatch, url)
        assert send(transaction) == {Outcome.SENT: 1}
        assert send(transaction) == {}
    [(path, authorisation, body)] = requests
    assert (path, authorisation) == ("/v23.0/55/messages", "Bearer rahasia-sekali")
    assert b'"to":"628000000001"' in body
    assert number("2603015001").encode() in body


def test_a_whatsapp_user_without_a_number_is_answered_by_the_account(
    transaction: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(transaction, "whatsapp", whatsapp(1, from_user_id="ID.2ab13F"))
    with vendor() as (url, requests):
        ways(monkeypatch, url)
        assert send(transaction) == {Outcome.SENT: 1}
    [(_, _, body)] = requests
    sent = json.loads(body)
    assert (sent["recipient_type"], sent["recipient"]) == ("individual", "ID.2ab13F")
    assert "to" not in sent, "the API takes an account in `to`, answers 200 and delivers to nobody"


@pytest.mark.parametrize(
    ("status", "outcome", "state"),
    [(400, Outcome.REFUSED, "refused"), (429, Outcome.LATER, "waiting"), (503, Outcome.UNKNOWN, "unknown")],
)
def test_what_a_vendor_says_decides_whether_it_is_asked_again(
    transaction: Transaction, monkeypatch: pytest.MonkeyPatch, status: int, outcome: Outcome, state: str
) -> None:
    decide(transaction, "whatsapp", whatsapp(1))
    with vendor(status) as (url, requests):
        ways(monkeypatch, url)
        assert send(transaction) == {outcome: 1}
    assert len(requests) == 1, "sending again could do twice what was done"
    with transaction() as connection:
        assert [row[2] for row in count_states(connection)] == [state]
    with vendor() as (url, requests):
        ways(monkeypatch, url)
        assert send(transaction) == ({Outcome.SENT: 1} if outcome is Outcome.LATER else {})


@pytest.mark.channels("sms")
def test_an_sms_is_answered_through_the_gateways_outbox(
    transaction: Transaction, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as connection:
        connection.execute(OUTBOX)
    rows = (
        '"ID","ReceivingDateTime","SenderNumber","TextDecoded","UDH"\n'
        '"1","2026-03-01 08:00:00","+628000000001",'
        f'"Nama Budi Contoh. Jalan berlubang di kelurahan {HERE.name}",""\n'
    )
    [record] = CHANNELS["sms"].split(rows.encode(), "1.csv")
    assert isinstance(record, Record)
    decide(transaction, "sms", record)
    monkeypatch.setenv("JSC_SMS_URL", database_url)
    assert send(transaction) == {Outcome.SENT: 1}
    with transaction() as connection:
        [(phone, text)] = connection.execute('select "DestinationNumber", "TextDecoded" from outbox').fetchall()
    assert phone == "+628000000001"
    assert number("260301") in text
