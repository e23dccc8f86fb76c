"""Following a case on the portal: asked first, told then, stopped by one tap, and known to nobody else."""

from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.errors import InvalidParameterValue

from assets.cases.news.rounds import Newsroom
from assets.cases.news.telling import tell_news
from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.forget import forget
from assets.complaints.outbox.sending import Outcome, Transaction
from database.roles import portal_login
from tests import served
from tests.integration.kabar.steps import (
    BUDI,
    HUBUNGAN,
    HUBUNGAN_NAME,
    MARGA,
    NOW,
    SITI,
    ask,
    book,
    go,
    link_in,
    make_news,
    numbers,
    sent_to,
)
from tests.integration.post import Mailbox
from tests.integration.test_lapor import rows
from tests.integration.test_outbox import decide, mail
from tests.served import HERE, HERE_AREA, NEXT


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
    assert f"selesai menurut {HUBUNGAN_NAME}" in closing
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
    make_news(transaction)
    assert rows(database_url, "select count(*) from ledger.outbox") == [(1,)]
    assert site.post(link_in(told)).status_code == 200
    assert go(transaction) == {}
    assert len(sent_to(mailbox, BUDI)) == 1
    # A new report is a new conversation.
    decide(transaction, "email", mail(1, f"Lampu jalan mati di Jl. Mawar kelurahan {NEXT.name}"))
    assert rows(database_url, "select detail from ledger.message_attempts where state = 'refused'") == [
        ("expected somebody who wants news, found that they stopped it",)
    ]


def test_who_stops_while_the_news_is_written_is_not_told(
    transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    go(transaction)
    book(transaction, tmp_path, reported, "Selesai", HUBUNGAN, at=NOW + timedelta(hours=1))
    with transaction() as writing, transaction() as stopping:
        assert tell_news(writing, Newsroom.of(city_folder(), is_synthetic=False).vocabulary, "run", NOW) == 1
        # Nothing waits yet that could be taken out of the outbox.
        stopping.execute("select front.stop_follows(array(select follow_id from private.follows))")
        stopping.commit()
    assert rows(database_url, "select count(*) from ledger.outbox") == [(1,)]
    mailbox.mails.clear()
    assert go(transaction) == {Outcome.REFUSED: 1}
    assert mailbox.mails == []
    assert go(transaction) == {}


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
        ({"nomor": served.number("2601010001")}, 404), ({"nomor": "", "kelurahan": f"{HERE_AREA.code}.9999"}, 422),
        ({"nomor": "", "kelurahan": HERE.code}, 303), ({"cara": "smsd", "kontak": "0812 0000 0001"}, 303),
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


def test_the_function_takes_nothing_else(database_url: str, reported: str) -> None:
    wrong = [
        ("smtp", "x", reported, None), ("smsd", "0812", reported, None), ("fax", "+628120000001", reported, None),
        ("smtp", None, reported, None), (None, SITI, reported, None), ("smtp", SITI, None, None),
        ("smtp", SITI, reported, HERE.code), ("smtp", SITI, None, HERE.name),
        ("smtp", f"{'a' * 250}@b.example", reported, None), ("smtp", "a@b.example\nc@d.example", reported, None),
    ]  # fmt: skip
    with psycopg.connect(portal_login(database_url, city_zone().key), autocommit=True) as portal:
        for values in wrong:
            with pytest.raises(InvalidParameterValue):
                portal.execute("select front.ask_news(%s, %s, %s, %s)", values)
        for forbidden in ("select * from private.follows", "select front.stop_follows('{1}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())
    assert rows(database_url, "select count(*) from private.recipients") == [(0,)]


def test_a_person_who_is_forgotten_is_told_nothing_more(
    site: httpx.Client, transaction: Transaction, reported: str, mailbox: Mailbox, tmp_path: Path, database_url: str
) -> None:
    ask(site, nomor=reported, kontak="Siti@Mail.example")
    go(transaction)
    site.post(link_in(sent_to(mailbox, SITI)[0]))
    book(transaction, tmp_path, reported, "Koordinasi", HUBUNGAN)
    make_news(transaction)
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
