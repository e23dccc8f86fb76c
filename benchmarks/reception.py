"""Claim: from a webhook's arrival to a number in the outbox at most 2 s at p95, under 20 deliveries a second.

Belongs here: signed deliveries over HTTP to `jsc portal` with its clerk, on a database of its own.
Does not belong here: how many complaints a batch decides in how long (intake.py).

A delivery's time begins before it is sent and ends when another connection sees its answer, with the number, in the
outbox: the request, the clerk's turn, the decision and its commit lie between, and up to one look of the watcher.
"""

import hmac
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread

import httpx
import numpy as np
import psycopg

from assets.city import city_folder
from assets.complaints.clerk import LOCK
from assets.settings import Settings
from benchmarks.own_server import own_server
from benchmarks.verb import JSC, free_port
from database.migrate import migrate
from database.server import database_url
from database.settings import PROJECT
from sample_city.reference import read_reference

Tell = Callable[[str], None]

BAR_S = 2.0
SECRET = "of-this-benchmark"  # noqa: S105 - nobody else's
SENDERS = 32
LOOKS_EACH_S = 0.02
# Until the portal and its clerk are at work, and until the last number is there.
PATIENCE_S = 120.0
ANSWERS = """
    select messages.message_id, complaints.source_record_id
    from ledger.messages
    inner join ledger.outbox using (message_id)
    inner join ledger.complaints using (complaint_id, version)
    where messages.message_id > %s
    order by messages.message_id
"""


class UnansweredError(Exception):
    """Deliveries that were refused, or whose number did not come."""


@dataclass(frozen=True)
class Timed:
    """One delivery: seconds until the vendor heard that it was taken, and until its number was in the outbox."""

    taken_s: float
    numbered_s: float


def measure(a_second: int, seconds: int, tell: Tell) -> list[str]:
    """Deliver, and say how long numbers took.

    Args:
        a_second: Deliveries in a second.
        seconds: For how long.
        tell: Takes a line on what is done.

    Raises:
        UnansweredError: A delivery was refused, or a number did not come.
    """
    with own_server() as settings:
        url = database_url(settings)
        migrate(url)
        tell("starting the portal")
        with _portal(settings, url) as address:
            tell(f"{a_second * seconds:,} deliveries in {seconds} s")
            timed = _deliver(address, url, a_second, seconds)
    taken, numbered = ([getattr(one, name) for one in timed] for name in ("taken_s", "numbered_s"))
    return [
        f"{len(timed):,} signed deliveries of WhatsApp, {a_second} a second",
        f"until the vendor heard that it was taken: {_spread(taken)}",
        f"until the number was in the outbox: {_spread(numbered)} (bar: p95 at most {BAR_S:.0f} s)",
    ]


def _spread(seconds: list[float]) -> str:
    p50, p95 = np.percentile(seconds, [50, 95])
    return f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {max(seconds):.2f} s"


@contextmanager
def _portal(settings: Settings, url: str) -> Iterator[str]:
    """`jsc portal` with its clerk, both at work."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JSC_")}
    environment |= {"JSC_HOME": str(settings.home), "JSC_WHATSAPP_APP_SECRET": SECRET}
    log = (settings.home / "portal.log").open("wb")
    with log, subprocess.Popen(  # noqa: S603 - our own verb
        [*JSC, "portal", "--port", str(port)], cwd=PROJECT, env=environment, stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            _wait(
                lambda: process.poll() is not None or (_is_at_work(url) and _listens(port)),
                (settings.home / "portal.log").read_text,
            )
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def _is_at_work(url: str) -> bool:
    with psycopg.connect(url) as connection:
        held = """
            select from pg_locks
            where locktype = 'advisory' and granted and (classid::bigint << 32) + objid::bigint = %s
        """
        return connection.execute(held, [LOCK]).fetchone() is not None


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/webhooks/whatsapp").status_code == 403
    except httpx.TransportError:
        return False


def _wait(true: Callable[[], bool], told: Callable[[], str]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > until:
            raise UnansweredError(f"expected an answer within {PATIENCE_S:.0f} s, found none; {told()[-2000:]}")
        time.sleep(0.2)


def _deliver(address: str, url: str, a_second: int, seconds: int) -> list[Timed]:
    count = a_second * seconds
    begun: dict[str, float] = {}
    taken: dict[str, float] = {}
    seen: dict[str, float] = {}
    names = [one.name for one in read_reference(city_folder()).kelurahan]
    bodies = [_body(number, names) for number in range(count)]
    over = Event()
    watcher = Thread(target=_watch, args=(url, seen, over))
    watcher.start()
    try:
        many = httpx.Limits(max_connections=SENDERS)
        with httpx.Client(timeout=30, limits=many) as http, ThreadPoolExecutor(SENDERS) as senders:
            start = time.monotonic() + 0.5
            for number, body in enumerate(bodies):
                senders.submit(_send, http, address, number, body, start + number / a_second, begun, taken)
        _wait(lambda: len(seen) >= len(taken), lambda: f"{len(seen)} numbers of {len(taken)} deliveries")
    finally:
        over.set()
        watcher.join()
    if len(taken) < count:
        raise UnansweredError(f"expected {count} deliveries to be taken, found {len(taken)}")
    return [Timed(taken[one] - begun[one], seen[one] - begun[one]) for one in taken]


def _send(
    http: httpx.Client, address: str, number: int, body: bytes, at: float, begun: dict[str, float],
    taken: dict[str, float],
) -> None:  # fmt: skip
    time.sleep(max(at - time.monotonic(), 0))
    name = _name(number)
    # Since it was due: a sender that is late itself makes no delivery look quick.
    begun[name] = at
    signature = "sha256=" + hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    answer = http.post(f"{address}/webhooks/whatsapp", content=body, headers={"X-Hub-Signature-256": signature})
    if answer.status_code == 200:
        taken[name] = time.monotonic()


def _watch(url: str, seen: dict[str, float], over: Event) -> None:
    last = 0
    with psycopg.connect(url, autocommit=True) as connection:
        while not over.wait(LOOKS_EACH_S):
            for message_id, name in connection.execute(ANSWERS, [last]).fetchall():
                seen[name], last = time.monotonic(), message_id


def _name(number: int) -> str:
    return f"wamid.bench{number}"


def _body(number: int, names: Sequence[str]) -> bytes:
    """A report of somebody of their own, in one kelurahan after the other."""
    text = f"Lampu jalan nomor {number} mati di Jl. Mawar {number}, kelurahan {names[number % len(names)]}"
    person = f"62812{number:08d}"
    message = {
        "from": person, "id": _name(number), "timestamp": str(int(datetime.now(UTC).timestamp())), "type": "text",
        "text": {"body": text},
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp", "metadata": {"phone_number_id": "55"},
        "contacts": [{"wa_id": person, "profile": {"name": "Warga Contoh"}}], "messages": [message],
    }  # fmt: skip
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
