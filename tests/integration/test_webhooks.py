"""Webhooks over HTTP: a signed delivery is kept before its vendor hears of it, others are refused in words."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import ValidationError

from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts
from assets.complaints.reception import take_all
from assets.complaints.webhooks import MOST_BYTES, SOURCES
from assets.sources.landing import Batch
from database.roles import portal_login
from tests.integration.site import Site

SECRET = "app-secret"  # noqa: S105 - of this test alone
BODY = json.dumps(
    {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "1",
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"phone_number_id": "55"},
                            "contacts": [{"wa_id": "628000000001", "profile": {"name": "Budi Contoh"}}],
                            "messages": [
                                {
                                    "from": "628000000001",
                                    "id": "wamid.1",
                                    "timestamp": "1772330400",
                                    "type": "text",
                                    "text": {"body": "Jalan berlubang di depan pasar"},
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    }
).encode()


@pytest.fixture
def login(database_url: str) -> str:
    return portal_login(database_url, city_zone().key)


@pytest.fixture
def receiver(login: str, no_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("JSC_WHATSAPP_APP_SECRET", SECRET)
    monkeypatch.setenv("JSC_WHATSAPP_VERIFY_TOKEN", "verify-me")
    with Site(login) as client:
        yield client


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def kept(connection: psycopg.Connection) -> list[tuple[str, bytes]]:
    return connection.execute("select channel, body from private.arrivals order by arrival_id").fetchall()


def test_a_signed_delivery_is_kept_and_taken_in_once(receiver: httpx.Client, connection: psycopg.Connection) -> None:
    for _ in range(2):
        assert receiver.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY)).status_code == 200
    assert kept(connection) == [("whatsapp", BODY)] * 2
    counts = IntakeCounts()
    batch = Batch("1", "whatsapp", datetime(2026, 3, 2, tzinfo=UTC), is_synthetic=False)
    take_all(connection, CHANNELS["whatsapp"], batch, counts)
    assert (counts.deliveries, counts.records, counts.repeated) == (2, 2, 1)
    assert connection.execute("select source_record_id from raw.inbox").fetchall() == [("wamid.1",)]
    assert kept(connection) == []


@pytest.mark.parametrize(
    ("channel", "headers", "status"),
    [
        ("whatsapp", {}, 403),
        ("whatsapp", signed(BODY, "another"), 403),
        ("whatsapp", signed(BODY + b" "), 403),
        ("whatsapp", {"X-Hub-Signature-256": "sha256=\u00e9".encode().decode("latin-1")}, 403),
        ("facebook", signed(BODY), 503),
        ("jaki", signed(BODY), 404),
        # The portal's own reports come by its form alone.
        ("portal", signed(BODY), 404),
    ],
)
def test_what_is_not_the_vendors_is_refused_in_words(
    receiver: httpx.Client, connection: psycopg.Connection, channel: str, headers: dict[str, str], status: int
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = receiver.post(f"/webhooks/{channel}", content=BODY, headers=encoded)
    assert answer.status_code == status
    assert answer.text.startswith("Expected ")
    assert SECRET not in answer.text
    assert kept(connection) == []


@pytest.fixture
def configured(login: str, no_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A portal that has the secret of every channel."""
    for channel in SOURCES:
        monkeypatch.setenv(f"JSC_{channel.upper()}_APP_SECRET", SECRET)
    with Site(login) as client:
        yield client


@pytest.mark.parametrize("channel", SOURCES)
def test_no_other_signature_delivers(configured: httpx.Client, connection: psycopg.Connection, channel: str) -> None:
    signatures = [
        None,
        "",
        "sha256=",
        "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest(),
        "sha256=" + hmac.new(b"", BODY, "sha256").hexdigest(),
        "sha256=" + hmac.new(b" ", BODY, "sha256").hexdigest(),
        hmac.new(SECRET.encode(), BODY, "sha256").hexdigest(),
        "sha256=" + "0" * 64,
    ]
    for signature in signatures:
        headers = {} if signature is None else {"X-Hub-Signature-256": signature, "X-Hub-Signature": signature}
        assert configured.post(f"/webhooks/{channel}", content=BODY, headers=headers).status_code == 403
    assert kept(connection) == []
    assert configured.post(f"/webhooks/{channel}", content=BODY, headers=signed(BODY)).status_code == 200
    assert kept(connection) == [(channel, BODY)]


@pytest.mark.parametrize("channel", SOURCES)
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_secret_opens_no_portal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, channel: str, blank: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"JSC_{channel.upper()}_APP_SECRET", blank)
    with pytest.raises(ValidationError, match=f"expected a secret in JSC_{channel.upper()}_APP_SECRET, found blanks"):
        Site("postgresql://portal@127.0.0.1:1/none")


FULL = """
create or replace function front.hand_in(channel text, body bytea, receipt uuid default null) returns uuid
language plpgsql security definer as $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$
"""


def test_a_vendor_is_told_to_deliver_again_what_the_database_does_not_take(
    configured: httpx.Client, database_url: str, connection: psycopg.Connection
) -> None:
    with psycopg.connect(database_url) as other:
        [(definition,)] = other.execute("select pg_get_functiondef('front.hand_in'::regproc)").fetchall()
        other.execute(FULL)
    answer = configured.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY))
    assert (answer.status_code, answer.text) == (
        503, "Expected the database to take the delivery, found none; deliver again later.",
    )  # fmt: skip
    with psycopg.connect(database_url) as other:
        other.execute(definition.encode())
    assert configured.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY)).status_code == 200
    assert kept(connection) == [("whatsapp", BODY)]


def test_a_vendor_is_told_to_deliver_again_while_the_database_is_away(
    no_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_WHATSAPP_APP_SECRET", SECRET)
    with Site("postgresql://portal@127.0.0.1:1/none") as client:
        assert client.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY)).status_code == 503


def test_a_delivery_beyond_all_measure_is_refused(receiver: httpx.Client, connection: psycopg.Connection) -> None:
    body = b" " * (MOST_BYTES + 1)
    assert receiver.post("/webhooks/whatsapp", content=body, headers=signed(body)).status_code == 413
    assert kept(connection) == []


def test_the_vendor_learns_whose_address_it_is(receiver: httpx.Client) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    assert receiver.get("/webhooks/whatsapp", params=asked).text == "1158201444"
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}):
        assert receiver.get("/webhooks/whatsapp", params={**asked, **wrong}).status_code == 403
    assert receiver.get("/webhooks/facebook", params=asked).status_code == 403
