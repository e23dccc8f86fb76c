"""A letter: one message with its address, as a sender gets it, and what may become of it.

Belongs here: the words that the outbox and its senders share. Does not belong here: any way of sending.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


class SendingError(Exception):
    """A letter that did not get out, in words without address and credentials; nothing was done.

    Attributes:
        may_later: Whether the way was closed, for this and every other letter; else this letter is at fault.
    """

    def __init__(self, text: str, *, may_later: bool) -> None:
        super().__init__(text)
        self.may_later = may_later


class LostError(Exception):
    """No answer to a letter that was handed over: whether it got out is unknown, so it is never sent again."""


@dataclass(frozen=True)
class Letter:
    """One message on its way. Personal data: held while it is sent, never stored or logged.

    Attributes:
        message_id: Its row in `ledger.messages`.
        number: Tracking number of the complaint; None where it is about none.
        source_record_id: The channel's id of what is answered; None where it answers nothing.
        recipient: Contact or account of who gets it; None where the channel gave none.
        body: The text.
        subject: Of a mail; None for that of the number.
        stopping: Where the recipient says that no more such letters are wanted; None where there is no such place.
        is_unasked: Whether the recipient did not ask for it just now.
    """

    message_id: int
    number: str | None
    source_record_id: str | None
    recipient: str | None
    body: str
    subject: str | None = None
    stopping: str | None = None
    is_unasked: bool = False


class Sender(Protocol):
    """One way of sending; a context manager that holds its connection, opened by the first letter."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""

    def send(self, letter: Letter) -> None:
        """Send one letter, once.

        Raises:
            SendingError: Nothing was done.
            LostError: It may be out.
        """
