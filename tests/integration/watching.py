"""A night on call: the moment, a chat that receives, mails as they are read, and what the watch looks at."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dagster as dg
import psycopg

from assets.clock import city_zone
from assets.quality import GateResult, store
from orchestration.builds import Build, begin, publish
from orchestration.watch import Evaluation
from tests.integration.post import Mailbox

# A Monday, 10:30.
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=city_zone())
HOUR = timedelta(hours=1)
ON_CALL = "malam@kota.example"
Look = Callable[..., Evaluation]


class Receiver:
    """A chat's side of a webhook: keeps what it is given, and refuses when told."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.status = 200
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - the library's name
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if keeper.status == 200:
                    keeper.texts.append(body["text"])
                self.send_response(keeper.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *arguments: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/T0/B0/secret"


def text_of(box: Mailbox, number: int = -1) -> str:
    payload = box.mails[number].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def subjects(box: Mailbox) -> list[str]:
    """First lines of all mails."""
    return [text_of(box, number).splitlines()[0] for number in range(len(box.mails))]


def judge(connection: psycopg.Connection, gate: str, subject: str, *, passed: bool, run: str, at: datetime) -> None:
    store(connection, [GateResult(gate, "readable", subject, passed, "fail", "rows", "none")], run, at)
    connection.commit()


def build_marts(connection: psycopg.Connection, as_of: datetime) -> None:
    build_id = begin(connection, Build(as_of, "rules", None), "run").build_id
    publish(connection, build_id)
    connection.commit()


def job(name: str, *, fails: bool) -> dg.JobDefinition:
    @dg.op
    def step() -> None:
        if fails:
            raise ValueError("the vendor's list ended early\nDETAIL: Key (contact)=(budi@mail.example)")

    @dg.job(name=name)
    def made() -> None:
        step()

    return made


def run(instance: dg.DagsterInstance, name: str = "intake", *, fails: bool, tags: dict[str, str] | None = None) -> None:
    job(name, fails=fails).execute_in_process(instance=instance, raise_on_error=False, tags=tags or {})
