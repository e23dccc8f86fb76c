"""The mailbox, on a real dovecot: windows, names of mails, certificates, refusals and lost connections."""

import logging
import re
import select
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assets.complaints.channels import email, mailbox
from assets.complaints.channels.mailbox import EmailSource
from assets.complaints.model import Report
from assets.sources.records import PayloadError, Unreadable, Window
from assets.sources.transport import SourceError
from sample_city.mail_server import MailServer

START = datetime(2026, 3, 1, 17, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WINDOW = Window(START, START + DAY)
# Long enough for a certificate, an account and a folder, as TLS counts bytes.
AFTER_LOGIN = 5_000


def mail(number: int, size: int = 0) -> bytes:
    return f"From: warga@example.org\nMessage-ID: <{number}@example.org>\n\nLampu mati\n{'x' * size}\n".encode()


def source(server: MailServer, **settings: Any) -> EmailSource:
    user, password = server.environment["JSC_EMAIL_USER"], server.environment["JSC_EMAIL_PASSWORD"]
    known = {"url": server.url(), "user": user, "password": password, "ca_file": str(server.certificate)}
    return EmailSource(**{**known, "timeout_s": 10, **settings})


def fetched(source: EmailSource, window: Window = WINDOW) -> dict[str, bytes]:
    """Every mail of a window by its name."""
    return {delivery.origin: delivery.read() for delivery in mailbox.fetch(window, source)}


def ids(mails: dict[str, bytes]) -> list[str]:
    return [record.source_record_id for content in mails.values() for record in email.split(content, "a.eml")]


class Relay:
    """Stands between, and hangs up on the first connections after so many bytes of the server."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.cuts = cuts
        self.passed = 0
        self.open: list[threading.Thread] = []
        self._target = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def hang_up(self) -> None:
        """End the connection that is open."""
        self._near.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
                self._near = near
            except OSError:
                return
            left = self.cuts.pop(0) if self.cuts else 10**9
            thread = threading.Thread(target=self._pass_on, args=[near, left])
            self.open.append(thread)
            thread.start()

    def _pass_on(self, near: socket.socket, left: int) -> None:
        with near, socket.create_connection(("127.0.0.1", self._target)) as far, suppress(OSError):
            while left:
                for one in select.select([near, far], [], [])[0]:
                    some = one.recv(min(left, 65536))
                    if not some:
                        return
                    (near if one is far else far).sendall(some)
                    if one is far:
                        left -= len(some)
                        self.passed += len(some)


@pytest.fixture
def relay(mail_server: MailServer) -> Iterator[Relay]:
    relay = Relay(int(mail_server.url().split(":")[2].split("/")[0]), [])
    yield relay
    relay.close()


def through(server: MailServer, relay: Relay, **settings: Any) -> EmailSource:
    return source(server, url=f"imaps://127.0.0.1:{relay.port}/INBOX", **settings)


def test_a_window_is_half_open_by_the_moment_of_arrival(mail_server):
    moments = [START - SECOND, START, START + DAY - SECOND, START + DAY]
    for number, at in enumerate(moments):
        mail_server.deliver(mail(number), at)
    first = fetched(source(mail_server))
    assert ids(first) == ["1@example.org", "2@example.org"]
    assert fetched(source(mail_server)) == first
    assert ids(fetched(source(mail_server), Window(START + DAY, START + 2 * DAY))) == ["3@example.org"]
    assert ids(fetched(source(mail_server), Window(START - DAY, START))) == ["0@example.org"]


@pytest.mark.parametrize("hour", [0, 5, 11, 12, 17, 23])
def test_an_hour_at_any_time_of_the_day_gives_its_mails(mail_server, hour):
    for number in range(72):
        mail_server.deliver(mail(number), datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number))
    start = datetime(2026, 3, 2, hour, tzinfo=UTC)
    assert ids(fetched(source(mail_server), Window(start, start + timedelta(hours=1)))) == [f"{24 + hour}@example.org"]


def test_more_mails_than_one_command_asks_for(mail_server):
    for number in range(450):
        mail_server.deliver(mail(number), START + number * SECOND)
    assert sorted(ids(fetched(source(mail_server)))) == sorted(f"{number}@example.org" for number in range(450))


def test_a_mailbox_without_mail_gives_none(mail_server):
    assert fetched(source(mail_server)) == {}


def test_nothing_is_marked_and_nothing_is_deleted(mail_server):
    for number in range(3):
        mail_server.deliver(mail(number), START)
    before = mail_server.files
    assert len(fetched(source(mail_server))) == 3
    after = mail_server.files
    assert sorted(after.values()) == sorted(before.values())
    assert {name.partition(":2,")[0] for name in after} == set(before)
    # No S for \Seen, and no other mark.
    assert {name.partition(":2,")[2] for name in after} == {""}


def test_a_mail_is_named_by_its_url_without_the_account(mail_server):
    mail_server.deliver(mail(1), START)
    address = mail_server.url().replace("//", "//rini@")
    [origin] = fetched(source(mail_server, url=address))
    where = re.escape(mail_server.url())
    assert re.fullmatch(rf"{where};UIDVALIDITY=\d+/;UID=1", origin)


def test_a_folder_that_is_numbered_anew_gives_new_names_and_the_same_mails(mail_server):
    for number in range(3):
        mail_server.deliver(mail(number), START)
    first = fetched(source(mail_server))
    mail_server.renumber()
    second = fetched(source(mail_server))
    assert not first.keys() & second.keys()
    assert sorted(ids(first)) == sorted(ids(second))


def test_a_folder_that_is_numbered_anew_meanwhile_mixes_no_mails(mail_server, relay):
    for number in range(3):
        mail_server.deliver(mail(number), START)
    deliveries = list(mailbox.fetch(WINDOW, through(mail_server, relay)))
    mail_server.renumber()
    relay.hang_up()
    with pytest.raises(SourceError, match=r"expected UIDVALIDITY \d+, found \d+; its window is fetched again"):
        deliveries[0].read()


def test_a_mail_is_not_downloaded_before_it_is_read(mail_server, relay):
    for number in range(4):
        mail_server.deliver(mail(number, size=200_000), START)
    deliveries = list(mailbox.fetch(WINDOW, through(mail_server, relay)))
    assert all(delivery.is_final for delivery in deliveries)
    assert relay.passed < 20_000
    deliveries[2].read()
    assert 200_000 < relay.passed < 240_000


def test_the_connection_ends_with_the_deliveries(mail_server, relay):
    mail_server.deliver(mail(1), START)
    deliveries = list(mailbox.fetch(WINDOW, through(mail_server, relay)))
    assert deliveries[0].read()
    [thread] = relay.open
    assert thread.is_alive()
    del deliveries
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_tls_is_started_on_an_open_connection(mail_server):
    mail_server.deliver(mail(1), START)
    assert ids(fetched(source(mail_server, url=mail_server.url("imap")))) == ["1@example.org"]


@pytest.mark.parametrize("cut", [0, 1, 700, 1_500, 1_800, 2_200, 2_600, 3_000, 10_000, 60_000])
def test_a_connection_that_is_lost_once_is_made_again(mail_server, relay, cut):
    for number in range(3):
        mail_server.deliver(mail(number, size=30_000), START)
    undisturbed = fetched(source(mail_server))
    relay.cuts = [cut]
    contents = fetched(through(mail_server, relay)).values()
    assert list(contents) == list(undisturbed.values())
    assert len(relay.open) == 2


@pytest.mark.parametrize("cut", [0, 700, 2_000])
def test_a_connection_that_is_lost_twice_is_the_next_runs_matter(mail_server, relay, cut):
    mail_server.deliver(mail(1), START)
    relay.cuts = [cut, cut]
    with pytest.raises(SourceError, match=r"expected an answer, found none in 2 attempts \(\w+\); its window is fetch"):
        fetched(through(mail_server, relay))
    assert ids(fetched(through(mail_server, relay))) == ["1@example.org"]


def test_a_mail_that_was_deleted_meanwhile_fails_and_is_not_asked_for_again(mail_server):
    mail_server.deliver(mail(1), START)
    [delivery] = mailbox.fetch(WINDOW, source(mail_server))
    for file in (mail_server._home / "mail").glob("*/*.kota*"):
        file.unlink()
    with pytest.raises(SourceError, match="expected .+, found .+; its window is fetched again"):
        delivery.read()
    assert fetched(source(mail_server)) == {}


def refused(server: MailServer, caplog: pytest.LogCaptureFixture, **settings: Any) -> str:
    """What a fetch fails with; neither it nor a log shows the account."""
    caplog.set_level(logging.DEBUG)
    tried = source(server, **settings)
    with pytest.raises(SourceError) as caught:
        fetched(tried)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(tried)
    assert "kunci" not in told
    assert "pengaduan" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"password": "kunci-salah"},
            r"found a refusal \(AUTHENTICATIONFAILED\); mend JSC_EMAIL_USER or JSC_EMAIL_P",
        ),
        ({"user": "orang-lain"}, r"found a refusal \(AUTHENTICATIONFAILED\); mend"),
        ({"password": None}, "expected JSC_EMAIL_PASSWORD, found none; set it beside JSC_EMAIL_URL"),
        ({"user": ""}, "expected JSC_EMAIL_USER, found none"),
        ({"ca_file": None}, "vouched for, found self-signed certificate; look at JSC_EMAIL_CA_FILE"),
        ({"ca_file": "/nowhere"}, "expected a certificate, found FileNotFoundError; look at JSC_EMAIL_CA_FILE"),
        ({"url": "imaps://127.0.0.1:1/INBOX"}, r"found none in 2 attempts \(ConnectionRefusedError\)"),
        (
            {"url": "pop3://127.0.0.1/INBOX"},
            "expected imaps://host:port/folder, found something else; look at JSC",
        ),
        ({"url": "imaps://127.0.0.1:x/INBOX"}, "expected imaps://host:port/folder, found something else"),
    ],
)
def test_a_source_that_cannot_be_asked_says_what_to_mend(mail_server, caplog, settings, reason):
    assert re.search(reason, refused(mail_server, caplog, **settings))


def test_a_folder_of_any_name_is_read_and_one_that_is_not_there_is_no_empty_one(mail_server, caplog):
    address = mail_server.url(folder="Saran%20%26%20T%C3%A9l")
    told = refused(mail_server, caplog, url=address)
    # Dovecot names its reason from 2.4 on.
    assert re.search(r"expected the folder, found a refusal( \(NONEXISTENT\))?; look at JSC_EMAIL_URL$", told)
    inbox = mailbox._Mailbox(source(mail_server))
    connection = inbox._connect()
    connection.create('"Saran &- T&AOk-l"')
    connection.append('"Saran &- T&AOk-l"', "", START, mail(1))
    assert ids(fetched(source(mail_server, url=address))) == ["1@example.org"]


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_certificate_of_another_name_or_server_is_refused(mail_server, caplog, scheme):
    address = mail_server.url(scheme)
    assert "mismatch" in refused(mail_server, caplog, url=address.replace("127.0.0.1", "localhost"))
    with MailServer(user="lain", password="lain") as other:  # noqa: S106
        assert "self-signed" in refused(mail_server, caplog, url=address, ca_file=str(other.certificate))


class Listener:
    """A server that says one line and listens."""

    def __init__(self, line: bytes) -> None:
        self.heard = b""
        self._line = line
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection:
                connection.sendall(self._line)
                while some := connection.recv(1000):
                    self.heard += some
                    if self._line and b"CAPABILITY" in some:
                        connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + some.split()[0] + b" OK done\r\n")


def test_a_server_that_starts_no_tls_is_not_told_the_password(mail_server, caplog):
    listener = Listener(b"* OK at your service\r\n")
    told = refused(mail_server, caplog, url=f"imap://127.0.0.1:{listener.port}/INBOX")
    assert "expected a server that starts TLS, found one without; use imaps" in told
    assert b"AUTH" not in listener.heard
    assert b"LOGIN" not in listener.heard


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_server_that_says_nothing_is_waited_for_so_long(mail_server, caplog, scheme):
    listener = Listener(b"")
    told = refused(mail_server, caplog, url=f"{scheme}://127.0.0.1:{listener.port}/INBOX", timeout_s=0.2)
    assert "found none in 2 attempts (TimeoutError)" in told


def said(content: bytes) -> object:
    """What a mail says, whatever ends its lines; one without Message-ID has its id from its bytes."""
    [entry] = email.split(content, "a.eml")
    if isinstance(entry, Unreadable):
        return entry.reason
    with suppress(PayloadError):
        parsed = email.parse(entry)
        return replace(parsed, source_record_id="", photo_urls=()) if isinstance(parsed, Report) else parsed
    return "no report"


def test_the_real_mails_come_through_the_server_as_they_are(mail_server, real):
    files = sorted((real / "complaints" / "email").glob("*.txt"))
    landed = []
    for number, file in enumerate(files):
        # A mailbox has no line that parts mails, as an mbox has, and dovecot no NUL.
        content = re.sub(rb"\AFrom [^\n]*\n", b"", file.read_bytes()).replace(b"\0", b"\x80")
        mail_server.deliver(content, START + number * SECOND)
        landed.append(said(content))
    assert [said(content) for content in fetched(source(mail_server)).values()] == landed
