"""What people, agencies and the intake do in the tests of Kabar, one step each, and what came of it.

Belongs here: steps that two modules take. Does not belong here: what is true then (the tests), where Kabar runs
(conftest.py).
"""

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from assets.cases.intake import take_in_events
from assets.cases.news.rounds import Newsroom, make_round
from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import Readable, store_records
from assets.complaints.ledger import decide_all
from assets.complaints.outbox.sending import Outcome, Transaction, send_all
from assets.complaints.outbox.ways import configured_senders
from assets.sources.landing import Batch
from assets.sources.records import Record
from tests.integration.post import Mailbox
from tests.integration.test_lapor import hidden
from tests.integration.test_outbox import DESK, text_of
from tests.served import REFERENCE

# Before the morning's round.
NOW = datetime(2026, 3, 1, 22, tzinfo=UTC)
URL = "https://lapor.kota.example"
MARGA, HUBUNGAN = "dinas_bina_marga", "dinas_perhubungan"
MARGA_NAME, HUBUNGAN_NAME = (REFERENCE.skpd[one].name for one in (MARGA, HUBUNGAN))
KNOWN = frozenset(REFERENCE.skpd)
BUDI, SITI = "budi1@mail.example", "siti@mail.example"
PHONE = "+628120000001"


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


def make_news(transaction: Transaction, now: datetime = NOW) -> dict[str, int]:
    """Put the news into the outbox; how much of each."""
    return dict(make_round(transaction, Newsroom.of(city_folder(), is_synthetic=False), "run", now))


def go(transaction: Transaction, now: datetime = NOW) -> dict[Outcome, int]:
    """What the intake job does behind the ledger: news into the outbox, and the outbox sent."""
    make_news(transaction, now)
    return dict(send_all(transaction, configured_senders(), now, is_dry=False))


def sent_to(mailbox: Mailbox, address: str) -> list[str]:
    return [text_of(one) for one in mailbox.mails if one["To"] == address]


def sms(number: int, text: str, sender: str = PHONE, at: datetime = NOW) -> Record:
    row = {
        "ID": str(number), "SenderNumber": sender, "TextDecoded": text, "Coding": "Default_No_Compression",
        "ReceivingDateTime": f"{at.astimezone(city_zone()):%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    [record] = CHANNELS["sms"].split(json.dumps([row]).encode(), "a.json")
    assert isinstance(record, Record)
    return record


def decide_at(transaction: Transaction, *records: Record, at: datetime = NOW) -> Mapping[str, int]:
    """Have messages taken in and decided; how many of each decision."""
    with transaction() as connection:
        store_records(connection, Batch("1", "sms", at, False), [Readable(one, None, at) for one in records])
    return decide_all(transaction, DESK, "1", at)


def ask(site: httpx.Client, **fields: str) -> httpx.Response:
    return site.post("/kabar", data={**hidden(site.get("/kabar").text), "cara": "smtp", "kontak": SITI, **fields},
                     files=[("x", ("", b""))])  # fmt: skip


def link_in(text: str) -> str:
    [path] = re.findall(rf"{URL}(/kabar/(?:ya|henti)/[\w-]+)", text)
    return str(path)
