"""The receiver of webhooks, on a real port: signed deliveries are kept once, others are refused in words."""

import hmac
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
import uvicorn
from pydantic import ValidationError

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.webhooks import MOST_BYTES, SOURCES, build_app
from assets.sources.landing import open_batch
from database import disk

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
                                    "text": {"body": "Jalan berlubang di kelurahan Gambir"},
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
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def receiver(landing: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JSC_WHATSAPP_APP_SECRET", SECRET)
    monkeypatch.setenv("JSC_WHATSAPP_VERIFY_TOKEN", "verify-me")
    with serving(landing) as client:
        yield client


@contextmanager
def serving(landing: Path) -> Iterator[httpx.Client]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_app(landing), log_config=None))
    thread = threading.Thread(target=server.run, args=[[listener]])
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        yield client
    server.should_exit = True
    thread.join()
    listener.close()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def kept(landing: Path) -> list[Path]:
    return [path for path in landing.rglob("*") if path.is_file()]


def test_a_signed_delivery_is_kept_once_and_taken_in(
    receiver: httpx.Client, landing: Path, connection: psycopg.Connection
) -> None:
    for _ in range(2):
        assert receiver.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY)).status_code == 200
    [file] = kept(landing)
    assert file.read_bytes() == BODY
    batch = open_batch(landing, "whatsapp", "1", datetime(2026, 3, 2, tzinfo=UTC))
    assert take_in(connection, CHANNELS["whatsapp"], landing, batch).records == 1
    assert connection.execute("select source_record_id from raw.inbox").fetchall() == [("wamid.1",)]


@pytest.mark.parametrize(
    ("channel", "headers", "status"),
    [
        ("whatsapp", {}, 403),
        ("whatsapp", signed(BODY, "another"), 403),
        ("whatsapp", signed(BODY + b" "), 403),
        ("whatsapp", {"X-Hub-Signature-256": "sha256=\u00e9".encode().decode("latin-1")}, 403),
        ("facebook", signed(BODY), 503),
        ("jaki", signed(BODY), 404),
    ],
)
def test_what_is_not_the_vendors_is_refused_in_words(
    receiver: httpx.Client, landing: Path, channel: str, headers: dict[str, str], status: int
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = receiver.post(f"/webhooks/{channel}", content=BODY, headers=encoded)
    assert answer.status_code == status
    assert answer.text.startswith("Expected ")
    assert SECRET not in answer.text
    assert kept(landing) == []


@pytest.fixture
def configured(landing: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    """A receiver that has the secret of every channel."""
    monkeypatch.chdir(tmp_path)
    for channel in SOURCES:
        monkeypatch.setenv(f"JSC_{channel.upper()}_APP_SECRET", SECRET)
    with serving(landing) as client:
        yield client


@pytest.mark.parametrize("channel", SOURCES)
@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest(),
        "sha256=" + hmac.new(b"", BODY, "sha256").hexdigest(),
        "sha256=" + hmac.new(b" ", BODY, "sha256").hexdigest(),
        hmac.new(SECRET.encode(), BODY, "sha256").hexdigest(),
        "sha256=" + "0" * 64,
    ],
)
def test_no_other_signature_delivers(
    configured: httpx.Client, landing: Path, channel: str, signature: str | None
) -> None:
    headers = {} if signature is None else {"X-Hub-Signature-256": signature, "X-Hub-Signature": signature}
    assert configured.post(f"/webhooks/{channel}", content=BODY, headers=headers).status_code == 403
    assert kept(landing) == []
    assert configured.post(f"/webhooks/{channel}", content=BODY, headers=signed(BODY)).status_code == 200


@pytest.mark.parametrize("channel", SOURCES)
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_secret_opens_no_receiver(
    landing: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, channel: str, blank: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"JSC_{channel.upper()}_APP_SECRET", blank)
    with pytest.raises(ValidationError, match=f"expected a secret in JSC_{channel.upper()}_APP_SECRET, found blanks"):
        build_app(landing)


def test_a_full_disk_is_said_and_what_comes_later_is_kept(
    configured: httpx.Client, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(disk, "LEAST_FREE", 1 << 60)
        answer = configured.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY))
    assert answer.status_code == 503
    assert answer.text == "Expected room for the delivery, found none; deliver again later."
    assert kept(landing) == []
    assert configured.post("/webhooks/whatsapp", content=BODY, headers=signed(BODY)).status_code == 200
    assert len(kept(landing)) == 1


def test_a_delivery_beyond_all_measure_is_refused(receiver: httpx.Client, landing: Path) -> None:
    body = b" " * (MOST_BYTES + 1)
    assert receiver.post("/webhooks/whatsapp", content=body, headers=signed(body)).status_code == 413
    assert kept(landing) == []


def test_the_vendor_learns_whose_address_it_is(receiver: httpx.Client) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    assert receiver.get("/webhooks/whatsapp", params=asked).text == "1158201444"
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}):
        assert receiver.get("/webhooks/whatsapp", params={**asked, **wrong}).status_code == 403
    assert receiver.get("/webhooks/facebook", params=asked).status_code == 403
