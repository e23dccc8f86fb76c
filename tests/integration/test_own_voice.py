"""The city does not talk to itself: its own answer, come back by each channel that can answer, is no complaint."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.forget import forget
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import open_batch
from tests.served import HERE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AT = 1772330400
ISO = "2026-03-01T02:00:00+0000"
DESK = Desk.of(load_reference(city_folder()))
PROBLEM = f"Nama Budi Contoh. Jalan berlubang besar di Jl. Melati 5, kelurahan {HERE.name}"
CITY, CITIZEN = "700001", "900001"
NUMBER, OTHER_NUMBER = "+62 21-5550-0001", "+6281200000001"

# By channel, who wrote what under which id, as its vendor delivers it; the last of a pair by the other way it comes.
Wire = Callable[[str, str, str], Any]


def facebook_webhook(author: str, text: str, identity: str) -> Any:
    value = {"item": "comment", "verb": "add", "comment_id": identity, "message": text, "created_time": AT,
             "from": {"id": author, "name": "Budi Contoh"}}  # fmt: skip
    return {"object": "page", "entry": [{"id": CITY, "time": AT, "changes": [{"field": "feed", "value": value}]}]}


def facebook_graph(author: str, text: str, identity: str) -> Any:
    node = {"id": identity, "message": text, "created_time": ISO, "from": {"id": author, "name": "Budi Contoh"}}
    return {"data": [{"id": "5_1", "comments": {"data": [node]}}]}


def instagram_webhook(author: str, text: str, identity: str) -> Any:
    value = {"id": identity, "text": text, "from": {"id": author, "username": "budi.contoh"}}
    return {
        "object": "instagram",
        "entry": [{"id": CITY, "time": AT, "changes": [{"field": "comments", "value": value}]}],
    }


def instagram_graph(author: str, text: str, identity: str) -> Any:
    return {
        "data": [{"id": identity, "text": text, "timestamp": ISO, "from": {"id": author, "username": "budi.contoh"}}]
    }


def x(author: str, text: str, identity: str) -> Any:
    tweet = {"id": identity, "text": text, "author_id": author, "created_at": "2026-03-01T02:00:00Z"}
    return {"data": [tweet], "includes": {"users": [{"id": author, "name": "Budi Contoh", "username": "b"}]}}


def whatsapp(author: str, text: str, identity: str) -> Any:
    number = NUMBER if author == CITY else OTHER_NUMBER
    message = {"from": number.replace("-", "").replace(" ", "").lstrip("+"), "id": identity, "timestamp": str(AT),
               "type": "text", "text": {"body": text}}  # fmt: skip
    contacts = [{"profile": {"name": "Budi Contoh"}, "wa_id": message["from"]}]
    value = {"metadata": {"display_phone_number": NUMBER}, "contacts": contacts, "messages": [message]}
    return body("messages", value)


def echo(author: str, text: str, identity: str) -> Any:
    delivered = whatsapp(author, text, identity)
    if author != CITY:
        return delivered
    value = delivered["entry"][0]["changes"][0]["value"]
    return body("smb_message_echoes", {"metadata": value["metadata"], "message_echoes": value["messages"]})


def body(field: str, value: object) -> Any:
    changes = [{"field": field, "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


def sms(author: str, text: str, identity: str) -> Any:
    number = "0" + NUMBER.removeprefix("+62 ") if author == CITY else OTHER_NUMBER
    return [{"ID": identity, "ReceivingDateTime": "2026-03-01 09:00:00", "SenderNumber": number, "TextDecoded": text}]


WIRES: dict[str, tuple[str, Wire]] = {
    "facebook-webhook": ("facebook", facebook_webhook), "facebook-graph": ("facebook", facebook_graph),
    "instagram-webhook": ("instagram", instagram_webhook), "instagram-graph": ("instagram", instagram_graph),
    "x": ("x", x), "whatsapp": ("whatsapp", whatsapp), "whatsapp-echo": ("whatsapp", echo), "sms": ("sms", sms),
}  # fmt: skip
NAMES = [pytest.param(name, marks=pytest.mark.channels(channel)) for name, (channel, _) in WIRES.items()]


@pytest.fixture(autouse=True)
def settings_of_the_city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for channel in ("FACEBOOK", "INSTAGRAM", "X"):
        monkeypatch.setenv(f"JSC_{channel}_ACCOUNT_ID", CITY)
    monkeypatch.setenv("JSC_SMS_NUMBER", NUMBER)


def deliver(connection: psycopg.Connection, folder: Path, channel: str, document: object) -> None:
    """Take in one more delivery and decide it."""
    number = str(len(list(folder.rglob("*.json"))) + 1)
    (folder / channel).mkdir(exist_ok=True)
    (folder / channel / f"{number}.json").write_text(json.dumps(document))
    take_in(connection, CHANNELS[channel], folder, open_batch(folder, channel, number, NOW))
    decide_pending(connection, DESK, number, NOW)


def count(connection: psycopg.Connection, table: str) -> int:
    [(rows,)] = connection.execute(f"select count(*) from {table}".encode()).fetchall()
    return int(rows)


@pytest.mark.parametrize("name", NAMES)
def test_the_citys_own_answer_is_no_complaint(connection: psycopg.Connection, tmp_path: Path, name: str) -> None:
    channel, wire = WIRES[name]
    deliver(connection, tmp_path, channel, wire(CITIZEN, PROBLEM, "11"))
    [(answer,)] = connection.execute("select body from ledger.messages").fetchall()
    deliver(connection, tmp_path, channel, wire(CITY, answer, "12"))
    assert connection.execute("select reason, detail from ledger.set_aside").fetchall() == [("own_voice", None)]
    assert (count(connection, "ledger.complaints"), count(connection, "ledger.messages")) == (1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_words_of_a_citizen_are_one(connection: psycopg.Connection, tmp_path: Path, name: str) -> None:
    channel, wire = WIRES[name]
    deliver(connection, tmp_path, channel, wire(CITIZEN, PROBLEM, "11"))
    assert count(connection, "ledger.complaints") == 1
    assert count(connection, "ledger.set_aside") == 0


def person(identity: str, text: str, number: str | None, account: str | None) -> Any:
    """A WhatsApp message of a user who is told by number, by account, or by both."""
    told = {name: value for name, value in (("from", number), ("from_user_id", account)) if value}
    ids = {name: value for name, value in (("wa_id", number), ("user_id", account)) if value}
    message = {**told, "id": identity, "timestamp": str(AT), "type": "text", "text": {"body": text}}
    contacts = [{"profile": {"name": "Budi Contoh"}, **ids}]
    return body("messages", {"contacts": contacts, "messages": [message]})


PHONE, ACCOUNT = "6281200000001", "ID.2ab13F"
AS = {"number": (PHONE, None), "both": (PHONE, ACCOUNT), "account": (None, ACCOUNT)}


@pytest.mark.parametrize(
    "order", [("number", "both", "account"), ("account", "both", "number"), ("both", "account", "both")]
)
def test_who_is_known_by_number_and_account_is_one_person(
    connection: psycopg.Connection, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for number, known in enumerate(order):
        deliver(connection, tmp_path, "whatsapp", person(f"w{number}", f"{PROBLEM} nomor {number}", *AS[known]))
    deliver(connection, tmp_path, "whatsapp", person("w9", f"{PROBLEM} nomor 9", None, "ID.other1"))
    [(people,)] = connection.execute("select count(distinct reporter_key) from private.complaints").fetchall()
    assert people == 2


@pytest.mark.parametrize("given", ["+62 812-0000-0001", ACCOUNT])
def test_who_is_known_by_both_is_forgotten_by_either(
    connection: psycopg.Connection, tmp_path: Path, given: str
) -> None:
    for number, known in enumerate(("account", "both", "number")):
        deliver(connection, tmp_path, "whatsapp", person(f"w{number}", f"{PROBLEM} nomor {number}", *AS[known]))
    # No moment: quarantined, with one of the two ids inside.
    for number, known in enumerate(("account", "number")):
        document = json.loads(json.dumps(person(f"q{number}", "x", *AS[known])).replace(str(AT), "never"))
        deliver(connection, tmp_path, "whatsapp", document)
    assert count(connection, "raw.quarantine") == 2
    erasure = forget(connection, given, NOW, tmp_path)
    assert (erasure.complaints, erasure.quarantined) == (3, 2)
    assert count(connection, "private.reporter_accounts") == 0
    assert count(connection, "private.quarantined_payloads") == 0


def test_a_number_in_quarantine_is_found_with_whatever_punctuation(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    row = {"ID": 1, "ReceivingDateTime": "never", "SenderNumber": "(0812) 0000-0001", "TextDecoded": PROBLEM}
    deliver(connection, tmp_path, "sms", [row])
    assert forget(connection, "+6281200000001", NOW, tmp_path).quarantined == 1


def test_notices_are_counted_under_their_name(connection: psycopg.Connection, tmp_path: Path) -> None:
    for field in ("calls", "calls", "a_field_of_2027"):
        deliver(connection, tmp_path, "whatsapp", body(field, {"timestamp": count(connection, "raw.inbox")}))
    told = connection.execute("select reason, detail, count(*) from ledger.set_aside group by 1, 2 order by 2")
    assert told.fetchall() == [("system_message", "a_field_of_2027", 1), ("system_message", "calls", 2)]
