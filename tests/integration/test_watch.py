"""The watch with a real database, mail server and receiver: each incident is told once, and so is its end."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from assets.quality import GateResult, store
from assets.reports.archive import publish as publish_report
from assets.resources import City
from assets.settings import Settings
from assets.watch.incidents import Kind
from orchestration.watch import BusyError, Watch, evaluate
from tests.integration.post import Mailbox
from tests.integration.troubles import TROUBLES, Broken
from tests.integration.watching import HOUR, NOW, ON_CALL, Look, Receiver, build_marts, judge, run, text_of

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
def test_each_trouble_is_told_once_and_so_is_its_end(
    trouble: Broken,
    look: Look,
    connection: psycopg.Connection,
    instance: dg.DagsterInstance,
    mailbox: Mailbox,
    chat: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert look().broken == []
    trouble.begins(connection=connection, instance=instance, monkeypatch=monkeypatch)
    connection.commit()
    for _ in range(3):
        [broken] = look().broken
        assert broken.title.startswith(trouble.title)
    assert len(mailbox.mails) == len(chat.texts) == 1
    assert text_of(mailbox).startswith(f"Broken: {trouble.title}")
    trouble.ends(connection=connection, instance=instance, monkeypatch=monkeypatch)
    connection.commit()
    for _ in range(2):
        assert look(NOW + timedelta(minutes=31)).broken == []
    assert len(mailbox.mails) == len(chat.texts) == 2
    assert text_of(mailbox).startswith(f"Over: {trouble.title}")
    assert chat.texts[-1].startswith(f"Over: {trouble.title}")


def test_the_mail_says_what_one_needs_at_night(
    look: Look, connection: psycopg.Connection, instance: dg.DagsterInstance, mailbox: Mailbox, chat: Receiver
) -> None:
    build_marts(connection, NOW - 3 * HOUR)
    run(instance, fails=True)
    look(datetime.now(UTC) + timedelta(minutes=7))
    [mail] = mailbox.mails
    assert (mail["To"], mail["Auto-Submitted"]) == (ON_CALL, "auto-generated")
    text = text_of(mailbox)
    assert text.splitlines()[0] == "Broken: Too old: the marts; The run of intake failed"
    assert "since       " in text
    assert "(7 min)" in text
    assert "step step: ValueError: the vendor's list ended early\n" in text
    assert "budi" not in text, "the second line of an error may quote a record"
    [failed] = instance.get_runs()
    assert f"look        https://dagster.kota.example/runs/{failed.run_id}" in text
    assert "Readers see meanwhile the marts as of 2026-03-02 07:30 WIB and no report yet." in text
    assert chat.texts == [text]


def test_a_way_that_is_shut_stops_no_other_and_is_told_later(
    look: Look, connection: psycopg.Connection, mailbox: Mailbox, chat: Receiver
) -> None:
    chat.status = 503
    mailbox.refuses = {ON_CALL}
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    assert [failure.partition(":")[0] for failure in look().failures] == ["mail", "webhook"]
    mailbox.refuses = set()
    [failure] = look().failures
    assert "503" in failure
    assert "secret" not in failure
    assert (len(mailbox.mails), len(chat.texts)) == (1, 0)
    chat.status = 200
    assert look().failures == []
    assert (len(mailbox.mails), len(chat.texts)) == (1, 1)


def test_settings_that_cannot_be_used_stop_no_other_way(
    look: Look, connection: psycopg.Connection, chat: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    monkeypatch.setenv("JSC_SMTP_PASSWORD", " ")
    assert look().failures == ["mail: expected settings that can be used, found ValidationError"]
    monkeypatch.setenv("JSC_SMTP_PASSWORD", "rahasia-sekali")
    monkeypatch.setenv("JSC_SMTP_CA_FILE", "/nowhere/ca.pem")
    assert look().failures == ["mail: expected settings that can be used, found FileNotFoundError"]
    assert len(chat.texts) == 1


def test_what_was_over_before_it_could_be_told_is_told_as_over(
    look: Look, connection: psycopg.Connection, chat: Receiver
) -> None:
    chat.status = 500
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    look()
    judge(connection, "triage", "balance of the ledger", passed=True, run="2", at=NOW)
    look(NOW + HOUR)
    chat.status = 200
    look(NOW + 2 * HOUR)
    look(NOW + 3 * HOUR)
    [text] = chat.texts
    assert text.startswith("Over: Gate triage is red")
    assert "over since  2026-03-02 11:30 WIB, it lasted 1 h 0 min" in text


def test_a_way_that_is_set_up_later_hears_what_is_broken_and_nothing_old(
    look: Look, connection: psycopg.Connection, mailbox: Mailbox, chat: Receiver
) -> None:
    judge(connection, "triage", "tracking numbers", passed=False, run="1", at=NOW)
    look(NOW - timedelta(days=3), alert_webhook=None)
    judge(connection, "triage", "tracking numbers", passed=True, run="2", at=NOW)
    judge(connection, "triage", "balance of the ledger", passed=False, run="2", at=NOW)
    look(NOW - timedelta(days=2), alert_webhook=None)
    assert (len(mailbox.mails), len(chat.texts)) == (2, 0)
    look()
    assert [text.splitlines()[0] for text in chat.texts] == ["Broken: Gate triage is red: balance of the ledger"]


def test_nothing_is_called_in_a_chat_and_no_secret_is_logged(
    look: Look, connection: psycopg.Connection, chat: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store(
        connection,
        [GateResult("triage", "x", "batch", False, "fail", "a <b>", "<!channel> & +6281200000001")],
        "1",
        NOW,
    )
    connection.commit()
    look()
    [text] = chat.texts
    assert "&lt;!channel&gt; &amp; …" in text
    assert "services/T0" not in caplog.text


def _look_elsewhere(url: str, home: Path, webhook: str, barrier: threading.Barrier) -> None:
    settings = Settings(home=home, alert_webhook=webhook)
    city = City(as_of=NOW.isoformat(), reports=str(home), landing=str(home))
    with dg.DagsterInstance.ephemeral() as instance:
        watch = Watch(settings, lambda: url, city, lambda: nullcontext(instance), lambda: NOW)
        for _ in range(10):
            barrier.wait()
            try:
                evaluate(watch)
            except BusyError:
                continue


def test_two_evaluations_at_once_tell_once(
    database_url: str, connection: psycopg.Connection, chat: Receiver, tmp_path: Path
) -> None:
    """Of two machines: they share the database and no file."""
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    barrier = threading.Barrier(2)
    homes = [tmp_path / name for name in ("one", "two")]
    with ThreadPoolExecutor(2) as machines:
        for done in [machines.submit(_look_elsewhere, database_url, home, chat.url, barrier) for home in homes]:
            done.result(120)
    assert len(chat.texts) == 1


def test_a_database_that_is_down_is_told_once_and_so_is_its_return(
    look: Look, tmp_path: Path, mailbox: Mailbox, chat: Receiver, connection: psycopg.Connection
) -> None:
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    nowhere = "postgresql://kota@127.0.0.1:1/kota"
    chat.status = 500
    assert len(look(url=nowhere).failures) == 1
    chat.status = 200
    for hours in (1, 2):
        [broken] = look(NOW + hours * HOUR, url=nowhere).broken
        assert broken.kind is Kind.DATABASE_DOWN
        assert broken.since == NOW
    assert len(mailbox.mails) == len(chat.texts) == 1
    assert text_of(mailbox).startswith("Broken: The database cannot be used: nothing runs\n")
    assert "free on the disk: " in text_of(mailbox)
    assert "Readers see meanwhile no mart until the database is up again, and the report of 2026-W10." in chat.texts[0]
    for hours in (3, 4):
        assert look(NOW + hours * HOUR).broken == []
    assert len(mailbox.mails) == len(chat.texts) == 2
    assert text_of(mailbox).startswith("Over: The database cannot be used")
    assert "it lasted 3 h 0 min" in chat.texts[-1]
    look(NOW + 5 * HOUR, url=nowhere)
    assert len(mailbox.mails) == 3, "another outage is another incident"


def test_an_outage_is_remembered_without_room_on_the_disk(look: Look, tmp_path: Path) -> None:
    look()
    file = tmp_path / "home" / "database_outage.json"
    before = file.stat()
    look(url="postgresql://kota@127.0.0.1:1/kota")
    after = file.stat()
    assert (after.st_size, after.st_ino) == (before.st_size, before.st_ino)
    assert "refused" in file.read_text(encoding="utf-8")


def test_an_outage_that_cannot_be_remembered_is_told_all_the_same(look: Look, tmp_path: Path, chat: Receiver) -> None:
    (tmp_path / "home" / "database_outage.json").mkdir(parents=True)
    done = look(url="postgresql://kota@127.0.0.1:1/kota", alert_mail=[])
    assert [one.kind for one in done.broken] == [Kind.DATABASE_DOWN]
    assert len(chat.texts) == 1
    assert "expected to remember it in " in done.failures[0]
