"""The city's mailbox on a real IMAP server: Debian's dovecot, started for these tests alone."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import trustme
from pydantic import SecretStr

from assets.complaints.channels.mailbox import fetch
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts
from assets.complaints.live import fetch_in
from assets.complaints.model import Window
from assets.complaints.sources import EmailSource
from assets.complaints.transport import SourceError
from assets.landing import Batch

PASSWORD = "rahasia-sekali"  # noqa: S105 - of this test alone
WRONG = "falsch-falsch"
NOW = datetime.now(UTC)
TODAY = Window(NOW - timedelta(hours=12), NOW + timedelta(hours=12))
Transaction = Callable[[], AbstractContextManager[psycopg.Connection]]

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
default_internal_user = mail
default_login_user = mail
default_internal_group = mail
mail_location = maildir:{home}/mail
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
disable_plaintext_auth = no
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={home}/mail
}}
"""


@dataclass
class Server:
    """A running server: its folder, its ports, and the certificate to trust."""

    home: Path
    port: int
    tls_port: int
    authority: Path

    def source(self, **changes: object) -> EmailSource:
        settings = {
            "url": f"imaps://localhost:{self.tls_port}/INBOX",
            "user": "pengaduan",
            "password": SecretStr(PASSWORD),
            "ca_file": str(self.authority),
            "timeout_s": 10.0,
        }
        return EmailSource(**{**settings, **changes})

    def deliver(self, number: int, text: str = "Jalan berlubang di kelurahan Gambir") -> None:
        """Put one mail into the folder, as a delivery agent does."""
        mail = (
            f"From: Budi Contoh <budi{number}@mail.example>\nDate: {NOW:%a, %d %b %Y %H:%M:%S +0000}\n"
            f"Message-ID: <m{number}@mail.example>\nSubject: Laporan {number}\n\n{text}\n"
        )
        file = self.home / f"mail/new/{int(time.time())}.M{number}.host"
        file.write_text(mail)
        shutil.chown(file, "mail", "mail")

    def mails(self) -> list[Path]:
        return sorted(path for folder in ("new", "cur") for path in (self.home / "mail" / folder).iterdir())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def server() -> Iterator[Server]:
    binary = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin")
    if binary is None:
        pytest.skip("dovecot is not installed: apt-get install dovecot-imapd")
    with TemporaryDirectory(prefix="jsc-imap-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(home / "server.key")
        (home / "server.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        authority.cert_pem.write_to_path(home / "ca.pem")
        for part in ("cur", "new", "tmp"):
            (home / "mail" / part).mkdir(parents=True)
            shutil.chown(home / "mail" / part, "mail", "mail")
        shutil.chown(home / "mail", "mail", "mail")
        server = Server(home, free_port(), free_port(), home / "ca.pem")
        text = CONFIGURATION.format(home=home, port=server.port, tls_port=server.tls_port, password=PASSWORD)
        (home / "dovecot.conf").write_text(text)
        process = subprocess.Popen([binary, "-F", "-c", str(home / "dovecot.conf")], stderr=subprocess.PIPE)
        wait_until_it_listens(server, process)
        yield server
        process.terminate()
        process.wait(10)


def wait_until_it_listens(server: Server, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.fail(f"dovecot did not start: {process.stderr.read().decode()}")
        try:
            socket.create_connection(("127.0.0.1", server.tls_port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("dovecot does not listen")


@pytest.fixture
def transaction(database_url: str) -> Transaction:
    return lambda: psycopg.connect(database_url)


def run(
    transaction: Transaction,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    batch_id: str,
    window: Window = TODAY,
    *,
    password: str = PASSWORD,
) -> IntakeCounts:
    source = server.source()
    monkeypatch.setenv("JSC_EMAIL_URL", source.url or "")
    monkeypatch.setenv("JSC_EMAIL_USER", source.user or "")
    monkeypatch.setenv("JSC_EMAIL_PASSWORD", password)
    monkeypatch.setenv("JSC_EMAIL_CA_FILE", source.ca_file or "")
    counts = IntakeCounts()
    fetch_in(transaction, CHANNELS["email"], window, Batch(batch_id, "email", NOW, is_synthetic=True), counts)
    return counts


def inbox(connection: psycopg.Connection) -> set[str]:
    return {source for (source,) in connection.execute("select source_record_id from raw.inbox")}


def test_only_new_mail_is_downloaded_and_nothing_on_the_server_changes(
    server: Server, transaction: Transaction, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(1)
    server.deliver(2)
    counts = run(transaction, server, monkeypatch, "1")
    assert (counts.failures, counts.records) == ([], 2)
    server.deliver(3)
    counts = run(transaction, server, monkeypatch, "2")
    assert (counts.failures, counts.records, counts.repeated) == ([], 1, 0)
    assert inbox(connection) == {f"m{number}@mail.example" for number in (1, 2, 3)}
    # A flag is letters behind ":2," in the name of a mail's file; S is seen, T is trashed.
    assert len(server.mails()) == 3
    assert not [mail for mail in server.mails() if mail.name.partition(":2,")[2]]


def test_a_window_gives_what_was_received_in_it(server: Server) -> None:
    server.deliver(1)
    yesterday = Window(TODAY.start - timedelta(days=2), NOW - timedelta(hours=1))
    assert list(fetch(yesterday, server.source())) == []
    [delivery] = fetch(TODAY, server.source())
    assert b"Message-ID: <m1@mail.example>" in delivery.read()
    assert delivery.is_final
    assert ";UIDVALIDITY=" in delivery.origin
    assert delivery.origin.endswith(";UID=1")


def test_a_folder_that_was_made_anew_is_read_anew(
    server: Server, transaction: Transaction, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(1)
    run(transaction, server, monkeypatch, "1")
    # The server forgets its UIDs, as after a move to another machine.
    for index in (server.home / "mail").glob("dovecot*"):
        index.unlink()
    time.sleep(1.1)
    server.deliver(2)
    counts = run(transaction, server, monkeypatch, "2")
    assert counts.records == 2
    assert counts.repeated == 1
    assert inbox(connection) == {"m1@mail.example", "m2@mail.example"}


def test_tls_on_the_open_connection(server: Server) -> None:
    server.deliver(1)
    assert len(list(fetch(TODAY, server.source(url=f"imap://localhost:{server.port}/INBOX")))) == 1


def test_a_connection_that_was_lost_is_made_again(server: Server) -> None:
    server.deliver(1)
    [delivery] = fetch(TODAY, server.source())
    # Not the process that takes connections: it is needed for the next one.
    sessions = [
        one for one in Path("/proc").glob("[0-9]*/cmdline") if re.match(rb"dovecot/imap(?!-login)", one.read_bytes())
    ]
    for session in sessions:
        os.kill(int(session.parent.name), signal.SIGKILL)
    assert sessions
    assert b"Message-ID: <m1@mail.example>" in delivery.read()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": SecretStr("falsch-falsch")}, "to accept the login"),
        ({"ca_file": None}, "a certificate of localhost"),
        ({"url": "imaps://localhost:{tls_port}/Arsip"}, "a folder Arsip"),
        ({"url": "imaps://localhost:1/INBOX"}, "to take a connection"),
    ],
)
def test_what_is_wrong_is_said_without_the_credential(
    server: Server, caplog: pytest.LogCaptureFixture, changes: dict[str, object], words: str
) -> None:
    mended = {name: str(value).format(tls_port=server.tls_port) if name == "url" else value
              for name, value in changes.items()}  # fmt: skip
    caplog.set_level("DEBUG")
    with pytest.raises(SourceError, match=words) as refusal:
        list(fetch(TODAY, server.source(**mended)))
    told = f"{refusal.value} {refusal.value.__cause__} {caplog.text}"
    assert PASSWORD not in told
    assert "falsch-falsch" not in told
    assert "pengaduan" not in str(refusal.value)


def test_a_login_that_fails_leaves_the_window_open(
    server: Server, transaction: Transaction, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(1)
    assert "login" in run(transaction, server, monkeypatch, "1", password=WRONG).failures[0]
    counts = run(transaction, server, monkeypatch, "2", Window(TODAY.end, TODAY.end + timedelta(hours=1)))
    assert counts.failures == []
    assert inbox(connection) == {"m1@mail.example"}
