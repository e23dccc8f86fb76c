"""The city's mailbox over IMAP: only new mail is downloaded, and nothing on the server changes.

Belongs here: the conversation with the mail server. Does not belong here: what a mail says (email.py), receipts (live).

The folder is opened with EXAMINE and mails are fetched with BODY.PEEK: none is marked as seen, none is deleted. A mail
is named by the folder's UIDVALIDITY and its UID, which a server never gives to another one (RFC 9051, 2.3.1.1).
"""

import imaplib
import re
import ssl
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit

from assets.complaints.model import Delivery, Window
from assets.complaints.sources import EmailSource
from assets.complaints.transport import SourceError

_Result = TypeVar("_Result")

# UIDs of one question.
_ASKED_AT_ONCE = 500
_INTERNALDATE = re.compile(rb'UID (\d+).*?INTERNALDATE "([^"]+)"|INTERNALDATE "([^"]+)".*?UID (\d+)')
_AGAIN = "its window is fetched again in the next run"


def fetch(window: Window, source: EmailSource) -> Iterator[Delivery]:
    """Name the mails that the server received in a window; each is downloaded when it is read.

    Raises:
        SourceError: No connection, certificate, login or folder; also when a mail is read.
    """
    mailbox = _Mailbox(source)
    for uid in mailbox.received(window):
        yield Delivery(mailbox.origin(uid), partial(mailbox.message, uid), is_final=True)


class _Mailbox:
    """One folder; connected when it is asked, again where the connection was lost, and until nobody holds it."""

    def __init__(self, source: EmailSource) -> None:
        parts = urlsplit(source.url or "")
        self._source = source
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme != "imap"
        self._port = parts.port or (993 if self._is_tls else 143)
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._client: imaplib.IMAP4 | None = None
        self._uidvalidity = ""

    def origin(self, uid: int) -> str:
        """Name a mail, by RFC 5092."""
        scheme = "imaps" if self._is_tls else "imap"
        return f"{scheme}://{self._host}/{quote(self._folder)};UIDVALIDITY={self._uidvalidity}/;UID={uid}"

    def received(self, window: Window) -> list[int]:
        """UIDs of the mails that the server received in a window, ascending."""
        # The server's days are of its own clock.
        since, before = window.start - timedelta(days=1), window.end + timedelta(days=2)
        uids = self._asked(lambda client: _searched(client, since, before))
        found: dict[int, datetime] = {}
        for start in range(0, len(uids), _ASKED_AT_ONCE):
            found |= self._asked(partial(_dates, uids=uids[start : start + _ASKED_AT_ONCE]))
        return sorted(uid for uid, at in found.items() if window.start <= at < window.end)

    def message(self, uid: int) -> bytes:
        """Download one mail."""
        return self._asked(partial(_body, uid=uid))

    def _asked(self, question: Callable[[imaplib.IMAP4], _Result]) -> _Result:
        """Ask, once more where the connection was lost."""
        for attempt in (1, 2):
            client = self._client or self._connect()
            try:
                return question(client)
            except (imaplib.IMAP4.abort, OSError) as error:
                self._client = None
                if attempt == 2:
                    raise SourceError(
                        f"expected an answer of {self._host}, found {type(error).__name__}; {_AGAIN}"
                    ) from None
            except imaplib.IMAP4.error:
                raise SourceError(f"expected {self._host} to answer for {self._folder}, found a refusal") from None
        raise AssertionError

    def _connect(self) -> imaplib.IMAP4:
        try:
            client = self._open()
        except ssl.SSLError:
            raise SourceError(
                f"expected a certificate of {self._host} that can be trusted, found none; give JSC_EMAIL_CA_FILE"
            ) from None
        except (OSError, imaplib.IMAP4.error) as error:
            raise SourceError(
                f"expected {self._host}:{self._port} to take a connection with TLS, found {type(error).__name__};"
                " look at JSC_EMAIL_URL"
            ) from None
        weakref.finalize(self, client.shutdown)
        self._enter(client)
        self._client = client
        return client

    def _open(self) -> imaplib.IMAP4:
        context = ssl.create_default_context(cafile=self._source.ca_file)
        timeout = self._source.timeout_s
        if self._is_tls:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=timeout)
        client = imaplib.IMAP4(self._host, self._port, timeout=timeout)
        client.starttls(context)
        return client

    def _enter(self, client: imaplib.IMAP4) -> None:
        password = self._source.password.get_secret_value() if self._source.password else ""
        try:
            client.login(self._source.user or "", password)
        except (imaplib.IMAP4.error, OSError):
            # The library's own words quote what was sent.
            raise SourceError(
                f"expected {self._host} to accept the login, found a refusal; mend JSC_EMAIL_USER or JSC_EMAIL_PASSWORD"
            ) from None
        state, _ = client.select(f'"{self._folder}"', readonly=True)
        if state != "OK":
            raise SourceError(f"expected a folder {self._folder} at {self._host}, found none; look at JSC_EMAIL_URL")
        validity = client.response("UIDVALIDITY")[1][0]
        self._uidvalidity = validity.decode() if isinstance(validity, bytes) else ""


def _searched(client: imaplib.IMAP4, since: datetime, before: datetime) -> list[int]:
    _, [found, *_] = client.uid("SEARCH", f"SINCE {_day(since)} BEFORE {_day(before)}")
    return [int(uid) for uid in (found or b"").split()]


def _day(at: datetime) -> str:
    """A day in IMAP's words, whatever the language of this machine."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day}-{months[at.month - 1]}-{at.year}"


def _dates(client: imaplib.IMAP4, uids: Sequence[int]) -> dict[int, datetime]:
    _, lines = client.uid("FETCH", ",".join(map(str, uids)), "(INTERNALDATE)")
    dates: dict[int, datetime] = {}
    for line in lines:
        match = _INTERNALDATE.search(line) if isinstance(line, bytes) else None
        if match:
            uid, at = (match[1], match[2]) if match[1] else (match[4], match[3])
            dates[int(uid)] = _moment(at.decode())
    return dates


def _moment(text: str) -> datetime:
    """Read "02-Mar-2026 08:00:00 +0700"."""
    return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z")


def _body(client: imaplib.IMAP4, uid: int) -> bytes:
    _, answers = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    body = next((answer[1] for answer in answers if isinstance(answer, tuple)), None)
    if not isinstance(body, bytes):
        raise SourceError(f"expected mail {uid} to be there, found none: it was moved or deleted since it was listed")
    return body
