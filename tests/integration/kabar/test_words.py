"""Words by SMS: who follows, confirms and stops by them, and what else they are."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from assets.complaints.outbox.sending import Transaction
from tests import served
from tests.integration.kabar.steps import (
    HUBUNGAN,
    HUBUNGAN_NAME,
    MARGA,
    MARGA_NAME,
    NOW,
    PHONE,
    ask,
    book,
    decide_at,
    go,
    numbers,
    sms,
)
from tests.integration.test_lapor import rows
from tests.served import HERE

LACAK = f"LACAK {served.number('2603015001')}"

pytestmark = pytest.mark.channels("sms")


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
    assert f"ditangani {HUBUNGAN_NAME}" in news
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


def test_ya_confirms_what_was_asked_and_nothing_else(
    site: httpx.Client, transaction: Transaction, reported: str, database_url: str,
    gateway: Callable[[], list[tuple[str, str]]],
) -> None:  # fmt: skip
    ask(site, nomor=reported, cara="smsd", kontak=PHONE)
    go(transaction)
    ask(site, kelurahan=HERE.code, cara="smsd", kontak=PHONE)
    decide_at(transaction, sms(1, "ya"))
    query = (
        "select tracking_number is not null, confirmed_at is not null from private.follows"
        " where recipient_id is not null order by follow_id"
    )
    assert rows(database_url, query) == [(True, True), (False, False)]
    go(transaction)
    assert f"Kabar Kelurahan {HERE.name} diminta" in gateway()[-1][1]


def test_who_stopped_before_the_question_is_not_asked(
    site: httpx.Client, transaction: Transaction, reported: str, gateway: Callable[[], list[tuple[str, str]]]
) -> None:
    ask(site, nomor=reported, cara="smsd", kontak=PHONE)
    decide_at(transaction, sms(1, "BERHENTI"))
    go(transaction)
    assert [text[:4] for _, text in gateway()] == ["Baik"]
    ask(site, nomor=reported, cara="smsd", kontak=PHONE)
    go(transaction)
    assert "Setuju" in gateway()[-1][1], "who changes their mind is asked"


def test_who_sends_kabar_from_their_own_telephone_follows_at_once(
    transaction: Transaction, reported: str, tmp_path: Path, gateway: Callable[[], list[tuple[str, str]]]
) -> None:
    decide_at(transaction, sms(1, f"kabar {reported}"), sms(2, f"KABAR {served.number('2601010001')}"), sms(3, "Kabar"))
    book(transaction, tmp_path, reported, "Selesai")
    go(transaction)
    texts = [text for _, text in gateway()]
    assert ["Baik" in texts[0], "tidak kami temukan" in texts[1], "contoh" in texts[2]] == [True] * 3
    assert f"selesai menurut {MARGA_NAME}" in texts[3]


def test_ya_where_nothing_waits_is_a_message_as_any(transaction: Transaction, database_url: str) -> None:
    decide_at(transaction, sms(1, "Ya"))
    assert rows(database_url, "select decision from ledger.complaints") == [("returned",)]


def test_a_reporter_by_sms_stops_the_news_of_the_own_report(
    transaction: Transaction, tmp_path: Path, gateway: Callable[[], list[tuple[str, str]]], database_url: str
) -> None:
    decide_at(transaction, sms(1, f"Nama Budi Contoh. Jalan berlubang besar di kelurahan {HERE.name}"))
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
    decide_at(transaction, sms(1, LACAK, at=NOW - timedelta(days=2)))
    assert rows(database_url, "select reason, detail from ledger.set_aside") == [("request", "lacak")]
    assert rows(database_url, "select count(*) from ledger.messages") == [(0,)]


def test_answers_to_words_have_an_end(transaction: Transaction, database_url: str) -> None:
    decide_at(transaction, *(sms(count, LACAK) for count in range(30)))
    assert rows(database_url, "select count(*) from ledger.set_aside") == [(30,)]
    assert rows(database_url, "select count(*) from ledger.messages") == [(20,)]
