"""The mailbox into the inbox: from a real dovecot to a real PostgreSQL, each mail downloaded once."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, fetch_in, read_delivery
from assets.sources.landing import Batch
from assets.sources.records import Window
from sample_city.mail_server import MailServer

START = datetime(2026, 3, 1, 17, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, SECOND = Window(START, START + DAY), Window(START + DAY, START + 2 * DAY)
WRONG = "kunci-yang-salah"

Fetch = Callable[[Window, str], IntakeCounts]


def mail(number: int) -> bytes:
    return (
        f"From: Warga Contoh <warga{number}@example.org>\nDate: Mon, 02 Mar 2026 08:00:00 +0700\n"
        f"Message-ID: <{number}@example.org>\nSubject: Lampu\n\nLampu jalan mati\n"
    ).encode()


@pytest.fixture
def fetch(mail_server: MailServer, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Fetch:
    for name, value in mail_server.environment.items():
        monkeypatch.setenv(name, value)

    def run(window: Window, batch_id: str) -> IntakeCounts:
        counts = IntakeCounts()
        batch = Batch(batch_id, "email", window.end, is_synthetic=True)
        fetch_in(lambda: psycopg.connect(database_url), CHANNELS["email"], window, batch, counts)
        return counts

    return run


def inbox(connection: psycopg.Connection) -> list[str]:
    connection.rollback()
    rows = connection.execute("select source_record_id from raw.inbox order by source_record_id").fetchall()
    return [source for (source,) in rows]


def test_only_new_mail_is_read(mail_server: MailServer, fetch: Fetch, connection: psycopg.Connection) -> None:
    for number in range(3):
        mail_server.deliver(mail(number), START + timedelta(hours=number))
    assert fetch(FIRST, "1").deliveries == 3
    mail_server.deliver(mail(3), START + timedelta(hours=3))
    mail_server.deliver(mail(4), START + DAY)
    assert fetch(FIRST, "2").deliveries == 1
    assert fetch(SECOND, "3").deliveries == 1
    assert fetch(SECOND, "4").deliveries == 0
    assert inbox(connection) == [f"{number}@example.org" for number in range(5)]
    assert {name.partition(":2,")[2] for name in mail_server.files} == {""}


def test_a_folder_that_is_numbered_anew_adds_nothing(
    mail_server: MailServer, fetch: Fetch, connection: psycopg.Connection
) -> None:
    for number in range(3):
        mail_server.deliver(mail(number), START)
    fetch(FIRST, "1")
    mail_server.renumber()
    again = fetch(FIRST, "2")
    assert (again.deliveries, again.repeated) == (3, 3)
    assert len(inbox(connection)) == 3
    assert connection.execute("select count(*) from raw.receipts").fetchone() == (6,)


def test_a_mailbox_that_let_nobody_in_is_read_by_the_next_run_and_no_password_stays(
    mail_server: MailServer,
    fetch: Fetch,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    right = mail_server.environment["JSC_EMAIL_PASSWORD"]
    mail_server.deliver(mail(1), START)
    mail_server.deliver(mail(2), START + DAY)
    monkeypatch.setenv("JSC_EMAIL_PASSWORD", WRONG)
    [failure] = fetch(FIRST, "1").failures
    assert "mend JSC_EMAIL_USER or JSC_EMAIL_PASSWORD" in failure
    monkeypatch.setenv("JSC_EMAIL_PASSWORD", right)
    assert not fetch(SECOND, "2").failures
    assert inbox(connection) == ["1@example.org", "2@example.org"]
    held = "".join(
        str(row)
        for table in ("raw.fetches", "raw.receipts", "raw.quarantine", "raw.batches", "raw.inbox", "private.payloads")
        for row in connection.execute(f"select * from {table}")
    )
    assert "UIDVALIDITY" in held
    assert not [word for word in (right, WRONG) if word in held + caplog.text]


def test_the_real_mails_reach_the_inbox_or_the_quarantine(
    mail_server: MailServer, fetch: Fetch, connection: psycopg.Connection, real: Path
) -> None:
    files = sorted((real / "complaints" / "email").glob("*.txt"))
    for number, file in enumerate(files):
        mail_server.deliver(file.read_bytes(), START + timedelta(seconds=number))
    counts = fetch(FIRST, "1")
    assert not counts.failures
    assert counts.deliveries == counts.records == len(files)
    assert len(inbox(connection)) + counts.repeated + counts.quarantined == len(files)
    landed = [read_delivery(CHANNELS["email"], file.read_bytes(), file.name) for file in files]
    assert counts.reasons == {item.reason for _, quarantined in landed for item in quarantined}
    assert counts.quarantined == sum(len(quarantined) for _, quarantined in landed)
    assert fetch(FIRST, "2").deliveries == 0
