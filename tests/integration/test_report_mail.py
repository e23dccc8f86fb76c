"""The report's mail against a real mail server: to each address once a week, whatever happens in between."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assets.city import city
from assets.messages.smtp import SmtpSettings
from assets.reports.archive import NoReportError, newest, publish
from assets.reports.sending import Delivery, Sending, Transaction, send_report, sendings
from tests.integration.post import Mailbox

pytestmark = pytest.mark.usefixtures("no_settings")

NOW = datetime(2026, 10, 9, 6, tzinfo=UTC)
MONDAY = date(2026, 10, 12)
READERS = ("dina@kota.example", "rudi@kota.example")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = f"Ramalan kemacetan {city().name}, 12–18 Oktober 2026\n\nKapan dan di mana\n".encode()
    files = {".html": b"<html>", ".pdf": b"%PDF-id", ".txt": text, "_en.html": b"<html>", "_en.pdf": b"%PDF-en"}
    publish(tmp_path / "reports", MONDAY, {**files, "_en.txt": b"Jam forecast\n\nWhen and where\n"})
    return tmp_path / "reports"


def send(
    transaction: Transaction,
    folder: Path,
    readers: Sequence[str] = READERS,
    *,
    languages: Sequence[str] = ("id",),
    is_dry: bool = False,
) -> dict[Sending, int]:
    reports = newest(folder, languages)
    return dict(send_report(transaction, reports, Delivery(readers, is_dry), SmtpSettings(), NOW))


def states(transaction: Transaction) -> dict[date, Counter[Sending]]:
    with transaction() as connection:
        return sendings(connection)


def test_each_reader_gets_the_pdf_once_a_week(transaction: Transaction, folder: Path, mailbox: Mailbox) -> None:
    assert send(transaction, folder) == {Sending.SENT: 2}
    assert send(transaction, folder) == {}
    assert [mail["To"] for mail in mailbox.mails] == list(READERS)
    [first, second] = mailbox.mails
    text, pdf = first.get_payload()
    assert text.get_payload(decode=True).decode().strip() == "Kapan dan di mana"
    assert pdf.get_filename() == "weekly_jam_forecast_2026-W42.pdf"
    assert pdf.get_payload(decode=True) == b"%PDF-id"
    assert first["Message-ID"] != second["Message-ID"]
    assert READERS[0] not in str(second)
    publish(folder, date(2026, 10, 19), {".html": b"", ".pdf": b"", ".txt": b"Ramalan\n\n"})
    assert send(transaction, folder) == {Sending.SENT: 2}
    assert states(transaction) == {MONDAY: {Sending.SENT: 2}, date(2026, 10, 19): {Sending.SENT: 2}}


def test_one_mail_brings_every_language(transaction: Transaction, folder: Path, mailbox: Mailbox) -> None:
    send(transaction, folder, READERS[:1], languages=("id", "en"))
    [mail] = mailbox.mails
    text, *pdfs = mail.get_payload()
    assert "When and where" in text.get_payload(decode=True).decode()
    assert [pdf.get_payload(decode=True) for pdf in pdfs] == [b"%PDF-id", b"%PDF-en"]


def test_a_dry_run_is_booked_and_does_not_stand_in_the_way(
    transaction: Transaction, folder: Path, mailbox: Mailbox
) -> None:
    assert send(transaction, folder, is_dry=True) == {Sending.DRY_RUN: 2}
    assert states(transaction) == {MONDAY: {Sending.DRY_RUN: 2}}
    assert mailbox.mails == []
    assert send(transaction, folder) == {Sending.SENT: 2}
    assert send(transaction, folder, is_dry=True) == {}
    assert states(transaction) == {MONDAY: {Sending.SENT: 2}}


def test_a_refused_address_stops_nobody_and_can_be_sent_again(
    transaction: Transaction, folder: Path, mailbox: Mailbox
) -> None:
    mailbox.refuses = {READERS[0]}
    assert send(transaction, folder) == {Sending.REFUSED: 1, Sending.SENT: 1}
    mailbox.refuses = set()
    assert send(transaction, folder) == {Sending.SENT: 1}
    assert [mail["To"] for mail in mailbox.mails] == [READERS[1], READERS[0]]


def test_without_a_server_the_mail_waits_and_says_what_is_missing(transaction: Transaction, folder: Path) -> None:
    assert send(transaction, folder) == {Sending.WAITING: 2}
    with transaction() as connection:
        [(detail,), _] = connection.execute("select detail from private.report_sendings").fetchall()
    assert "JSC_SMTP_URL" in detail


def test_a_sender_that_died_behind_its_claim_is_never_repeated(
    transaction: Transaction, folder: Path, mailbox: Mailbox
) -> None:
    with transaction() as connection:
        connection.execute(
            "insert into private.report_sendings (week_start, recipient, state, at) values (%s, %s, 'claimed', %s)",
            [MONDAY, READERS[0], NOW],
        )
    assert send(transaction, folder) == {Sending.SENT: 1}
    assert [mail["To"] for mail in mailbox.mails] == [READERS[1]]
    assert states(transaction) == {MONDAY: {Sending.CLAIMED: 1, Sending.SENT: 1}}


def test_without_a_report_nothing_is_sent(transaction: Transaction, tmp_path: Path) -> None:
    with pytest.raises(NoReportError, match="jsc report make"):
        send(transaction, tmp_path / "empty")
