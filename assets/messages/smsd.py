"""Answers by SMS: rows of Gammu SMSD's outbox, which the gateway sends.

Belongs here: writing that row. Does not belong here: reading messages (complaints/channels/sms.py).
"""

from types import TracebackType
from typing import Self

import psycopg

from assets.messages.letter import Letter, LostError, SendingError
from assets.sources.settings import SmsSource

CREATOR = "jakarta-smart-city"
# Of GSM 03.38 in one message; a longer one would need the gateway's parts.
MOST_LETTERS = 160


class SmsdSender:
    """Hands letters to one gateway's database; connects at the first.

    Args:
        source: The database.
    """

    def __init__(self, source: SmsSource) -> None:
        self._source = source
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, letter: Letter) -> None:
        """Put one letter into the gateway's outbox.

        Raises:
            SendingError: The database cannot be reached or refuses the row, or the letter has no number or is too long.
            LostError: The connection broke while the row was written.
        """
        if not letter.recipient:
            raise SendingError("expected a telephone number to answer to, found none", may_later=False)
        if len(letter.body) > MOST_LETTERS:
            raise SendingError(f"expected at most {MOST_LETTERS} letters, found {len(letter.body)}", may_later=False)
        connection = self._connection or self._connect()
        try:
            connection.execute(
                'insert into outbox ("DestinationNumber", "TextDecoded", "CreatorID", "Coding")'
                " values (%s, %s, %s, 'Default_No_Compression')",
                [letter.recipient, letter.body, CREATOR],
            )
        except psycopg.OperationalError as error:
            self._connection = None
            raise LostError(f"expected the gateway to take it, found {type(error).__name__}") from error
        except psycopg.Error as error:
            raise SendingError(
                f"expected the gateway to take it, found {type(error).__name__}", may_later=True
            ) from error

    def _connect(self) -> psycopg.Connection:
        password = self._source.password.get_secret_value() if self._source.password else None
        seconds = max(2, int(self._source.timeout_s))
        try:
            self._connection = psycopg.connect(
                self._source.url or "", password=password, connect_timeout=seconds, autocommit=True
            )
        except psycopg.OperationalError as error:
            raise SendingError(
                "expected the gateway's database to take a connection, found none;"
                " mend JSC_SMS_URL or JSC_SMS_PASSWORD",
                may_later=True,
            ) from error
        return self._connection
