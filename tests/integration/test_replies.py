"""Replies on a real PostgreSQL: what was asked for completes the report that was returned, and nothing else does."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.forget import forget
from assets.complaints.intake import Readable, store_records
from assets.complaints.ledger import decide_pending
from assets.complaints.model import Report
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import Batch
from assets.sources.records import Record
from tests.served import HERE, NEXT

NOW = datetime(2026, 3, 20, tzinfo=UTC)
FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)
DESK = Desk.of(load_reference(city_folder()))
BUDI, SITI = "+628000000061", "+628000000062"
LAMP = f"Lampu jalan mati sudah tiga malam di kelurahan {HERE.name}"

Send = Callable[..., None]
# A message that says no name: its number, its words, and what is told of its sender and its moment.
Say = Callable[..., tuple[str, Record]]


def sms(number: int, text: str, *, sender: str = BUDI, after: timedelta = timedelta(0)) -> tuple[str, Record]:
    at = FIRST + after + timedelta(minutes=number, hours=7)
    row = {
        "ID": str(number), "SenderNumber": sender, "TextDecoded": text, "Coding": "Default_No_Compression",
        "ReceivingDateTime": f"{at:%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    return "sms", only(CHANNELS["sms"].split(json.dumps([row]).encode(), "a.json"))


def whatsapp(
    number: int,
    sender: str = BUDI,
    *,
    name: str | None = "Warga Contoh",
    after: timedelta = timedelta(0),
    **content: Any,
) -> tuple[str, Record]:
    [kind] = content
    message = {
        "id": str(number), "from": sender.lstrip("+"), "type": kind, kind: content[kind],
        "timestamp": str(int((FIRST + after + timedelta(minutes=number)).timestamp())),
    }  # fmt: skip
    profile = {"profile": {"name": name}} if name else {}
    value = {"contacts": [{"wa_id": sender.lstrip("+"), **profile}], "messages": [message]}
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    return "whatsapp", only(CHANNELS["whatsapp"].split(json.dumps(body).encode(), "a.json"))


def only(entries: Any) -> Record:
    [record] = entries
    assert isinstance(record, Record)
    return record


def nameless(number: int, text: str, *, sender: str = BUDI, after: timedelta = timedelta(0)) -> tuple[str, Record]:
    return whatsapp(number, sender, name=None, after=after, text={"body": text})


@pytest.fixture(params=[pytest.param(sms, marks=pytest.mark.channels("sms")), nameless])
def say(request: pytest.FixtureRequest) -> Say:
    """Writes messages of a channel on which nobody's name is known."""
    written: Say = request.param
    return written


@pytest.fixture(params=["one by one", "together"])
def send(request: pytest.FixtureRequest, connection: psycopg.Connection) -> Send:
    """Takes messages in and decides them, each by itself or all in one batch: the outcome is the same."""

    def take(*messages: tuple[str, Record]) -> None:
        for channel, record in messages:
            report = CHANNELS[channel].parse(record)
            assert isinstance(report, Report)
            store_records(
                connection, Batch("1", channel, NOW, is_synthetic=False), [Readable(record, None, report.reported_at)]
            )
            if request.param == "one by one":
                decide_pending(connection, DESK, "1", NOW)
        decide_pending(connection, DESK, "1", NOW)

    return take


def decisions(connection: psycopg.Connection) -> list[tuple[str, int, str]]:
    """Record, version and decision of every version."""
    return connection.execute(
        "select source_record_id, version, decision from ledger.complaints order by source_record_id, version"
    ).fetchall()


def balance(connection: psycopg.Connection) -> tuple[int, int]:
    """Records received, and records decided or set aside."""
    [row] = connection.execute(
        """
        select (select count(*) from raw.inbox),
            (select count(*) from ledger.complaints) + (select count(*) from ledger.set_aside)
        """
    ).fetchall()
    return row


def people(connection: psycopg.Connection) -> list[tuple[str | None, str]]:
    """Name and text of the newest version of every complaint."""
    return connection.execute(
        """
        select distinct on (complaint_id) reporter_name, description from private.complaints
        order by complaint_id, version desc
        """
    ).fetchall()


@pytest.mark.parametrize("reply", ["Budi Santoso", "nama saya Budi Santoso", "Nama: Budi Santoso", "saya Budi Santoso"])
def test_a_name_completes_the_report(connection: psycopg.Connection, send: Send, say: Say, reply: str) -> None:
    send(say(1, LAMP), say(2, reply))
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "accepted")]
    assert people(connection) == [("Budi Santoso", f"{LAMP}\n{reply}")]
    assert connection.execute("select count(*) from ledger.tracking_numbers").fetchone() == (1,)
    assert balance(connection) == (2, 2)
    [(reported_at,)] = connection.execute("select reported_at from ledger.complaints where version = 2").fetchall()
    assert reported_at == FIRST + timedelta(minutes=1)


def test_a_place_by_whatsapp_completes_the_report(connection: psycopg.Connection, send: Send) -> None:
    send(
        whatsapp(1, text={"body": "Lampu jalan mati sudah tiga malam"}),
        whatsapp(2, location={"latitude": HERE.latitude, "longitude": HERE.longitude}),
    )
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "accepted")]
    assert connection.execute("select has_photo, place_basis from ledger.complaints where version = 2").fetchall() == [
        (False, "coordinates")
    ]
    assert balance(connection) == (2, 2)


@pytest.mark.parametrize(
    "reply",
    [f"di kelurahan {HERE.name}", f"Jl. Mawar 3 RT 002/003, kelurahan {HERE.name}", "lokasinya di Jl. Kenanga no 5"],
)
def test_a_place_in_words_completes_the_report(connection: psycopg.Connection, send: Send, reply: str) -> None:
    send(whatsapp(1, text={"body": "Lampu jalan mati sudah tiga malam"}), whatsapp(2, text={"body": reply}))
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "accepted")]


def test_a_name_and_a_place_may_come_one_after_the_other(connection: psycopg.Connection, send: Send, say: Say) -> None:
    send(say(1, "Lampu jalan mati sudah tiga malam"), say(2, "Budi Santoso"), say(3, f"kelurahan {HERE.name}"))
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "returned"), ("1", 3, "accepted")]
    assert [name for name, _ in people(connection)] == ["Budi Santoso"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Budi Santoso", {"sender": SITI}),
        ("Budi Santoso", {"after": timedelta(days=15)}),
        ("terima kasih", {}),
        ("lampunya masih mati", {}),
        (f"Sampah menumpuk di kelurahan {NEXT.name}", {}),
    ],
    ids=["another person", "too late", "courtesy", "nothing new", "another complaint"],
)
def test_what_completes_nothing_is_a_report_of_its_own(
    connection: psycopg.Connection, send: Send, say: Say, text: str, told: dict[str, Any]
) -> None:
    send(say(1, LAMP), say(2, text, **told))
    assert decisions(connection) == [("1", 1, "returned"), ("2", 1, "returned")]
    assert balance(connection) == (2, 2)


def test_a_whole_complaint_by_the_same_person_is_its_own(connection: psycopg.Connection, send: Send) -> None:
    send(
        whatsapp(1, text={"body": "Lampu jalan mati sudah tiga malam"}),
        whatsapp(2, text={"body": f"Sampah menumpuk di depan pasar, kelurahan {HERE.name}"}),
    )
    assert decisions(connection) == [("1", 1, "returned"), ("2", 1, "accepted")]


@pytest.mark.channels("sms")
def test_a_whole_complaint_by_sms_that_says_its_name_is_its_own(connection: psycopg.Connection, send: Send) -> None:
    send(sms(1, LAMP), sms(2, f"Nama saya Budi Santoso. Sampah menumpuk di kelurahan {NEXT.name}"))
    assert decisions(connection) == [("1", 1, "returned"), ("2", 1, "accepted")]


def number_of(connection: psycopg.Connection, record: str) -> str:
    row = connection.execute(
        "select tracking_number from ledger.tracking_numbers inner join ledger.complaints using (complaint_id)"
        " where source_record_id = %s",
        [record],
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.channels("sms")
@pytest.mark.parametrize(("sender", "is_reply"), [(BUDI, True), (SITI, False)])
def test_a_number_completes_from_another_channel_only_with_the_same_telephone(
    connection: psycopg.Connection, send: Send, sender: str, is_reply: bool
) -> None:
    send(sms(1, LAMP))
    body = f"{number_of(connection, '1')} Budi Santoso"
    send(whatsapp(2, sender=sender, text={"body": body}))
    newest = ("1", 2, "accepted") if is_reply else ("2", 1, "returned")
    assert decisions(connection) == [("1", 1, "returned"), newest]
    assert balance(connection) == (2, 2)


def test_a_number_says_which_of_two_reports_is_meant(connection: psycopg.Connection, send: Send, say: Say) -> None:
    send(say(1, LAMP), say(2, f"Sampah menumpuk di kelurahan {NEXT.name}"))
    send(say(3, f"{number_of(connection, '1')} Budi Santoso"))
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "accepted"), ("2", 1, "returned")]


def test_an_edit_keeps_what_the_reply_added(connection: psycopg.Connection, send: Send, say: Say) -> None:
    send(say(1, LAMP), say(2, "Budi Santoso"))
    send(say(1, f"{LAMP} dekat sekolah"))
    assert decisions(connection)[-1] == ("1", 3, "accepted")
    assert [name for name, _ in people(connection)] == ["Budi Santoso"]


def test_the_same_reply_again_is_a_repetition(connection: psycopg.Connection, send: Send, say: Say) -> None:
    send(say(1, LAMP), say(2, "Budi Santoso"))
    channel, record = say(2, "Budi Santoso")
    again = Record(record.source_record_id, {**record.payload, "extra": 1})
    send((channel, again))
    assert decisions(connection) == [("1", 1, "returned"), ("1", 2, "accepted")]
    assert balance(connection) == (3, 3)


def test_a_reply_is_forgotten_with_its_report(
    connection: psycopg.Connection, send: Send, say: Say, tmp_path: Path
) -> None:
    send(say(1, LAMP), say(2, "Budi Santoso"))
    forget(connection, BUDI, NOW, tmp_path)
    assert connection.execute("select count(*) from private.payloads").fetchone() == (0,)
    send(say(2, "Budi Santoso"))
    assert people(connection) == [(None, "")]
