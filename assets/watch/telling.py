"""The ways by which somebody is told: a mail, and a webhook that takes what Slack takes.

Belongs here: handing a message over, each way by itself. Does not belong here: the words (words.py), what is still to
be told (book.py).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr
from typing import Protocol
from urllib.parse import urlsplit

from psycopg import Connection

from assets.city import city
from assets.messages.letter import LostError, SendingError
from assets.messages.smtp import SmtpSender, SmtpSettings
from assets.settings import Settings
from assets.sources.bounded import BoundedClient, Bounds, OutOfBoundsError
from assets.watch.book import book_told, due
from assets.watch.words import Message, message

_BOUNDS = Bounds(most_bytes=1024 * 1024, most_s=15.0, silence_s=10.0)
# A way may hold up an evaluation for so long; a sensor has a minute.
_SMTP_S = 15.0


class Way(Protocol):
    """One way of telling."""

    name: str

    def tell(self, message: Message) -> None:
        """Hand a message over.

        Raises:
            SendingError: It did not get out.
            LostError: It may be out.
        """


class Mail:
    """One mail to everybody.

    Args:
        recipients: Their addresses.
    """

    name = "mail"

    def __init__(self, recipients: Sequence[str]) -> None:
        self._recipients = recipients

    def tell(self, message: Message) -> None:
        """Send it by the server of JSC_SMTP_URL, whose settings are read here: wrong ones stop no other way."""
        smtp = SmtpSettings()
        if not smtp.is_configured:
            raise SendingError("expected JSC_SMTP_URL beside JSC_ALERT_MAIL, found none", may_later=True)
        sender = smtp.sender
        mail = EmailMessage()
        mail["From"] = formataddr((city().publisher, sender))
        mail["To"] = ", ".join(self._recipients)
        mail["Subject"] = message.first_line
        mail["Message-ID"] = f"<{message.identity}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        with SmtpSender(smtp.model_copy(update={"timeout_s": min(smtp.timeout_s, _SMTP_S)})) as way:
            way.deliver(mail)


class Webhook:
    """One POST of JSON with the message in `text`.

    Args:
        url: Whoever knows it can post there: it is shown nowhere.
    """

    name = "webhook"

    def __init__(self, url: str) -> None:
        self._url = url

    def tell(self, message: Message) -> None:
        """Post it."""
        import httpx

        host = urlsplit(self._url).hostname
        try:
            with _unlogged(), BoundedClient() as client:
                answer = client.ask("POST", self._url, _BOUNDS, json={"text": _escaped(message.text)})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.LocalProtocolError) as error:
            found = type(error).__name__
            raise SendingError(f"expected {host} to take a connection, found {found}", may_later=True) from None
        except (httpx.HTTPError, OutOfBoundsError) as error:
            raise LostError(f"expected an answer of {host}, found {type(error).__name__}") from None
        if not answer.is_success:
            raise SendingError(f"expected {host} to accept, found status {answer.status_code}", may_later=True)


def configured_ways(settings: Settings) -> list[Way]:
    """The ways that an installation has: JSC_ALERT_MAIL, JSC_ALERT_WEBHOOK."""
    ways: list[Way] = []
    if settings.alert_mail:
        ways.append(Mail(settings.alert_mail))
    if settings.alert_webhook is not None:
        ways.append(Webhook(settings.alert_webhook.get_secret_value()))
    return ways


def hand_over(way: Way, message: Message) -> str | None:
    """Tell by one way; why it did not get out, or may not have, where that is so. No way stops another."""
    try:
        way.tell(message)
    except (SendingError, LostError) as error:
        return f"{way.name}: {error}"
    except Exception as error:
        # Words of a library may hold an address or a secret.
        return f"{way.name}: expected settings that can be used, found {type(error).__name__}"
    return None


def tell_due(
    connection: Connection, ways: Sequence[Way], readers: str, ui_url: str | None, now: datetime
) -> tuple[int, list[str]]:
    """Tell by each way what it has not told yet, in one message.

    What did not get out, or may not have, is told again by the next evaluation: an alert that comes twice does less
    harm than one that is lost.

    Args:
        connection: In autocommit: what a way took is kept at once.
        ways: How.
        readers: What people read meanwhile.
        ui_url: Of the Dagster UI.
        now: When.

    Returns:
        How many messages got out, and why others did not.
    """
    sent, failures = 0, []
    for way in ways:
        untold = due(connection, way.name, now)
        if not untold:
            continue
        failure = hand_over(way, message(untold, readers, ui_url, now))
        if failure is not None:
            failures.append(failure)
            continue
        with connection.transaction():
            book_told(connection, untold, way.name, now)
        sent += 1
    return sent, failures


def _escaped(text: str) -> str:
    """Text in which nothing is a link or a call to a whole channel.

    >>> _escaped("<!channel> a & b")
    '&lt;!channel&gt; a &amp; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep the URL out of the log of the library, which writes each one whole."""
    log = logging.getLogger("httpx")
    log.addFilter(_nothing)
    try:
        yield
    finally:
        log.removeFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False
