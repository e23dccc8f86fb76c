"""Mail by SMTP over TLS: answers to e-mails, and messages that other packages have written.

Belongs here: the message and the conversation. Does not belong here: what is answered when
(complaints/outbox/queue.py), claims (complaints/outbox/sending.py).
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from assets.city import city
from assets.messages.letter import Letter, LostError, SendingError
from assets.sources.settings import Source


class SmtpSettings(Source):
    """The server that sends the city's mail: `smtps://host:port`; `smtp://` starts TLS on the open connection.

    Attributes:
        user: Account; None where the server asks for none.
        password: Of the account.
        sender: Address that the answers come from.
        ca_file: Certificate to trust instead of the system's.
        timeout_s: Seconds until an answer counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_SMTP_")

    user: str | None = None
    password: SecretStr | None = None
    sender: str = "pengaduan@localhost"
    ca_file: str | None = None
    timeout_s: float = 30.0


class SmtpSender:
    """Sends by one server; connects at the first letter.

    Args:
        settings: Where, as whom.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def send(self, letter: Letter) -> None:
        """Send one letter as a reply to the report's e-mail.

        Raises:
            SendingError: The server cannot be reached, or refuses the address or the text.
            LostError: The text was handed over and no answer came.
        """
        if not letter.recipient:
            raise SendingError("expected an address to answer to, found none", may_later=False)
        self.deliver(_message(letter, self._settings.sender))

    def deliver(self, message: EmailMessage) -> None:
        """Send a message that is written.

        Raises:
            SendingError: The server cannot be reached, or refuses the address or the text.
            LostError: The text was handed over and no answer came.
        """
        client = self._client or self._connect()
        try:
            client.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise SendingError(f"expected the server to take it, found {error.smtp_code}", may_later=False) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(str(code) for code, _ in error.recipients.values())
            raise SendingError(f"expected the server to take the address, found {codes}", may_later=False) from error
        except (OSError, smtplib.SMTPException) as error:
            self._client = None
            raise LostError(f"expected an answer to the text, found {type(error).__name__}") from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self._settings.url or "")
        host, timeout = parts.hostname or "", self._settings.timeout_s
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        try:
            if parts.scheme == "smtps":
                client: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=timeout, context=context)
            else:
                client = smtplib.SMTP(host, parts.port or 587, timeout=timeout)
                client.starttls(context=context)
            if self._settings.user and self._settings.password:
                client.login(self._settings.user, self._settings.password.get_secret_value())
        except (OSError, smtplib.SMTPException) as error:
            raise SendingError(
                f"expected {host} to take a connection with TLS and the login, found {type(error).__name__};"
                " mend JSC_SMTP_URL, JSC_SMTP_USER or JSC_SMTP_PASSWORD",
                may_later=True,
            ) from error
        self._client = client
        return client


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = formataddr((f"Layanan Pengaduan {city().name}", sender))
    message["To"] = letter.recipient
    message["Subject"] = letter.subject or f"Laporan {letter.number}"
    # The same for the same message, so that also the reporter's own server can tell it from a second one.
    message["Message-ID"] = f"<{letter.number or 'kabar'}.{letter.message_id}@{sender.rpartition('@')[2]}>"
    # What stands behind a blank tells mails of one Message-ID apart.
    answered = (letter.source_record_id or "sha256:").partition(" ")[0]
    if not answered.startswith("sha256:"):
        message["In-Reply-To"] = message["References"] = f"<{answered}>"
    # An automatic answer to it would be answered for ever (RFC 3834).
    message["Auto-Submitted"] = "auto-replied" if letter.stopping is None else "auto-generated"
    if letter.stopping is not None:
        # Mail programs show it as a button of their own (RFC 8058).
        message["List-Unsubscribe"] = f"<{letter.stopping}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message
