"""A real mail server of the tests, that keeps what it is given."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword


class Mailbox:
    """A real mail server's side of the conversation; may die or refuse when told."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses: set[str] = set()
        self.hangs = threading.Event()
        self.taken = threading.Event()

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content))
        self.taken.set()
        while self.hangs.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"


@contextmanager
def receiving(folder: Path) -> Iterator[tuple[Mailbox, dict[str, str]]]:
    """A mailbox behind TLS and a login, and the variables by which it is reached."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=lambda *given: AuthResult(success=_is_right(given[-1]), handled=False),
    )
    controller.start()
    yield (
        box,
        {
            "JSC_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "JSC_SMTP_USER": "kota",
            "JSC_SMTP_PASSWORD": "rahasia-sekali",
            "JSC_SMTP_SENDER": "pengaduan@kota.example",
            "JSC_SMTP_CA_FILE": str(folder / "ca.pem"),
        },
    )
    box.hangs.clear()
    controller.stop()


def _is_right(given: object) -> bool:
    return isinstance(given, LoginPassword) and given.password == b"rahasia-sekali"
