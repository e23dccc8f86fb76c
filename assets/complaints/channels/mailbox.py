"""The mailbox: new mail of a window by IMAP, with nothing marked and nothing deleted on the server.

Belongs here: the connection, what lies in the folder, and the bytes of one mail.
Does not belong here: what a mail says (email.py), whether it is clear (complaints/triage/).

A mail is named by the folder's UIDVALIDITY and its own UID (RFC 5092): under that name a server never gives other
bytes, so it is downloaded once. Where a server numbers its folder anew, the mails of a window that is fetched
again are downloaded again, and are the same records.
"""

import imaplib
import re
import ssl
import weakref
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from assets.sources.records import Delivery, Window
from assets.sources.settings import Source, variable
from assets.sources.transport import AGAIN, SourceError, required

_Found = TypeVar("_Found")

_PORTS = {"imaps": 993, "imap": 143}

# A server ends a connection whose command line is longer than some kilobytes.
_UIDS_A_COMMAND = 200

_UID = re.compile(rb"\bUID (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')

# Of a server's answer only its code (RFC 5530) is shown: the text behind it may name the account.
_CODE = re.compile(rb"\[([A-Z-]+)[] ]")
_NOT_OF_MODIFIED_UTF_7 = re.compile(r"&|[^\x20-\x7e]+")


class EmailSource(Source):
    """The city's mailbox: `imaps://host:port/folder`; `imap://` starts TLS on the open connection.

    Attributes:
        user: Account.
        password: Of the account.
        ca_file: Certificate to trust instead of the system's.
        timeout_s: Seconds until an answer counts as lost.
        own_addresses: Further addresses that the city writes from, a JSON list: what they write is no complaint.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_EMAIL_")

    user: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = None
    timeout_s: float = 30.0
    own_addresses: frozenset[str] = frozenset()


def fetch(window: Window, source: EmailSource) -> Iterator[Delivery]:
    """Fetch the mails that arrived in a window, by the server's clock; a mail is read only where it is new.

    Raises:
        SourceError: No server, a certificate that nobody vouches for, no such account or folder, or no answer.
    """
    mailbox = _Mailbox(source)
    for uid in mailbox.arrived(window):
        yield Delivery(mailbox.origin(uid), partial(mailbox.read, uid), is_final=True)


class _Mailbox:
    """A folder, opened for reading only.

    Its deliveries are read when `fetch` has ended: a connection is made when it is needed, and hung up with the
    last delivery that could need it.
    """

    def __init__(self, source: EmailSource) -> None:
        parts = urlsplit(source.url or "")
        try:
            self._port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            look = variable(source, "url")
            raise SourceError(f"expected imaps://host:port/folder, found something else; look at {look}") from None
        self._source = source
        self._is_tls_from_the_start = parts.scheme == "imaps"
        self._host = parts.hostname or ""
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{quote(self._folder)}"
        self._validity: str | None = None
        self._imap: imaplib.IMAP4 | None = None
        self._hang_up: Callable[[], object] = lambda: None

    def origin(self, uid: int) -> str:
        """Name a mail by its IMAP URL."""
        return f"{self._where};UIDVALIDITY={self._validity}/;UID={uid}"

    def arrived(self, window: Window) -> list[int]:
        """UIDs of the mails that arrived in a window, in ascending order."""
        # The server compares days, of a zone that it does not tell.
        first, last = window.start - timedelta(days=1), window.end + timedelta(days=2)
        found = self._ask(lambda imap: _answer(imap, "SEARCH", "SINCE", _day(first), "BEFORE", _day(last)))
        try:
            uids = sorted({int(uid) for line in found if line for uid in line.split()})
            chunks = [uids[start : start + _UIDS_A_COMMAND] for start in range(0, len(uids), _UIDS_A_COMMAND)]
            dated = [pair for chunk in chunks for pair in self._dated(chunk)]
            return sorted(uid for uid, at in dated if window.start <= at < window.end)
        except (ValueError, TypeError):
            raise SourceError(f"{self._where}: expected UIDs and INTERNALDATE, found something else; {AGAIN}") from None

    def read(self, uid: int) -> bytes:
        """Download a mail without marking it.

        Raises:
            SourceError: No answer, or a mail that was deleted meanwhile.
        """
        for part in self._ask(lambda imap: _answer(imap, "FETCH", str(uid), "(UID BODY.PEEK[])")):
            if isinstance(part, tuple) and b"BODY[]" in part[0]:
                return part[1]
        raise SourceError(f"{self._where}: expected the mail with UID {uid}, found none; {AGAIN}")

    def _dated(self, uids: list[int]) -> Iterator[tuple[int, datetime]]:
        """When each mail arrived; one that was deleted meanwhile is left out."""
        numbers = ",".join(map(str, uids))
        for line in self._ask(lambda imap: _answer(imap, "FETCH", numbers, "(UID INTERNALDATE)")):
            uid, at = (pattern.search(line if isinstance(line, bytes) else b"") for pattern in (_UID, _ARRIVED))
            if uid and at:
                yield int(uid[1]), parsedate_to_datetime(at[1].decode("ascii"))

    def _ask(self, ask: Callable[[imaplib.IMAP4], _Found]) -> _Found:
        """Ask the folder; once more where the connection was lost."""
        for _ in range(2):
            try:
                return ask(self._imap or self._connect())
            except (imaplib.IMAP4.abort, OSError) as error:
                lost = type(error).__name__
                self._drop()
            except imaplib.IMAP4.error as error:
                raise SourceError(f"{self._where}: expected an answer, found {_describe(error)}; {AGAIN}") from None
        raise SourceError(f"{self._where}: expected an answer, found none in 2 attempts ({lost}); {AGAIN}")

    def _drop(self) -> None:
        if self._imap is not None:
            _shut(self._imap)
            self._hang_up()
        self._imap = None

    def _connect(self) -> imaplib.IMAP4:
        with ExitStack() as stack:
            imap = self._open()
            stack.callback(_shut, imap)
            self._log_in(imap)
            self._examine(imap)
            stack.pop_all()
        self._hang_up = weakref.finalize(self, _hang_up, imap)
        self._imap = imap
        return imap

    def _open(self) -> imaplib.IMAP4:
        """Connect over TLS, or go over to it before anything is said."""
        trusted = variable(self._source, "ca_file")
        try:
            context = ssl.create_default_context(cafile=self._source.ca_file)
        except OSError as error:
            found = f"expected a certificate, found {type(error).__name__}; look at {trusted}"
            raise SourceError(f"{self._where}: {found}") from None
        try:
            if self._is_tls_from_the_start:
                return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=self._source.timeout_s)
            with ExitStack() as stack:
                imap = imaplib.IMAP4(self._host, self._port, timeout=self._source.timeout_s)
                stack.callback(_shut, imap)
                if "STARTTLS" not in imap.capabilities:
                    raise SourceError(f"{self._where}: expected a server that starts TLS, found one without; use imaps")
                imap.starttls(context)
                stack.pop_all()
            return imap
        except ssl.SSLCertVerificationError as error:
            expected = "expected a certificate that is vouched for"
            raise SourceError(f"{self._where}: {expected}, found {error.verify_message}; look at {trusted}") from None

    def _log_in(self, imap: imaplib.IMAP4) -> None:
        user, password = required(self._source, "user"), required(self._source, "password")
        try:
            # LOGIN takes ASCII only, and its error would quote what is not.
            imap.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            mend = f"mend {variable(self._source, 'user')} or {variable(self._source, 'password')}"
            raise SourceError(f"{self._where}: expected to be let in, found {_describe(error)}; {mend}") from None

    def _examine(self, imap: imaplib.IMAP4) -> None:
        """Open the folder, which stays the one that it was when the fetch began."""
        status, said = imap.select(_mailbox_name(self._folder), readonly=True)
        if status != "OK":
            look = f"look at {variable(self._source, 'url')}"
            raise SourceError(f"{self._where}: expected the folder, found {_describe(said)}; {look}")
        _, told = imap.response("UIDVALIDITY")
        validity = told[-1].decode("ascii") if isinstance(told[-1], bytes) else "none"
        if self._validity not in (None, validity):
            raise SourceError(f"{self._where}: expected UIDVALIDITY {self._validity}, found {validity}; {AGAIN}")
        self._validity = validity


def _answer(imap: imaplib.IMAP4, command: str, *arguments: str) -> list[Any]:
    status, found = imap.uid(command, *arguments)
    if status != "OK":
        raise imaplib.IMAP4.error(_describe(found))
    return found


def _hang_up(imap: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        imap.logout()
    _shut(imap)


def _shut(imap: imaplib.IMAP4) -> None:
    with suppress(OSError):
        imap.shutdown()


def _describe(refusal: object) -> str:
    """Show the code of a refusal.

    >>> _describe(imaplib.IMAP4.error("[AUTHENTICATIONFAILED] No account rini"))
    'a refusal (AUTHENTICATIONFAILED)'
    """
    code = _CODE.search(str(refusal).encode())
    return f"a refusal ({code[1].decode()})" if code else "a refusal"


def _day(moment: datetime) -> str:
    """Write a day as IMAP does, in English whatever the locale."""
    return imaplib.Time2Internaldate(moment)[1:12]


def _mailbox_name(folder: str) -> str:
    r"""Write the name of a folder as IMAP does: quoted, in modified UTF-7 (RFC 3501, 5.1.3).

    >>> _mailbox_name("Saran & Kritik/Télé")
    '"Saran &- Kritik/T&AOk-l&AOk-"'
    """

    def shifted(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        return f"&{b64encode(match[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-"

    name = _NOT_OF_MODIFIED_UTF_7.sub(shifted, folder)
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
