"""Answers over HTTP: WhatsApp messages, and public replies on Facebook, Instagram and X.

Belongs here: where each vendor takes an answer and in which shape. Does not belong here: how HTTP is done
(sources/transport.py).

WhatsApp takes a free text only within 24 hours of the reporter's last message; later it takes a template that Meta has
approved, and refuses anything else, which is booked. What is public holds the number and no name.
"""

import re
from collections.abc import Callable
from types import TracebackType
from typing import Self

from assets.messages.letter import Letter, LostError, SendingError
from assets.sources.settings import HttpSource, MetaSource
from assets.sources.transport import Refused, Transport, Unanswered, Unreachable

# Two letters of a country, with a sign of its own where it is known to a group of businesses.
_USER_ID = re.compile(r"[A-Za-z]{2}\.(?:ENT\.)?[A-Za-z0-9]+")

# From a letter to the path below the source's URL and the JSON that it takes.
Shape = Callable[[Letter], tuple[str, object]]


class ReplySender:
    """Sends by one vendor's API.

    Args:
        source: Where, with which token.
        shape: What the vendor takes.
    """

    def __init__(self, source: HttpSource, shape: Shape) -> None:
        self._transport = Transport(source)
        self._shape = shape

    def __enter__(self) -> Self:
        """Begin."""
        self._transport.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._transport.__exit__(kind, error, trace)

    def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises:
            SendingError: The vendor cannot be reached, or refuses.
            LostError: It was handed over and no answer came.
        """
        try:
            self._transport.post(*self._shape(letter))
        except Unreachable as error:
            raise SendingError(str(error), may_later=True) from error
        except Refused as error:
            raise SendingError(str(error), may_later=False) from error
        except Unanswered as error:
            raise LostError(str(error)) from error


def is_user_id(text: str) -> bool:
    """Say whether a text is the id of a WhatsApp user towards one business, and no telephone number.

    >>> is_user_id("ID.2ab13F"), is_user_id("ID.ENT.11"), is_user_id("6281200000001")
    (True, True, False)
    """
    return _USER_ID.fullmatch(text) is not None


def whatsapp(source: MetaSource, template: str | None = None) -> Shape:
    """Messages of the Cloud API, from the city's number.

    Args:
        source: Where, as whom.
        template: Name of the approved template by which the city speaks first; its one parameter is the whole text.
    """

    def shape(letter: Letter) -> tuple[str, object]:
        if not letter.recipient:
            raise SendingError("expected a number to answer to, found none", may_later=False)
        # An account id in `to` is answered with 200 and an id, and delivered to nobody.
        whom = (
            {"recipient_type": "individual", "recipient": letter.recipient}
            if is_user_id(letter.recipient)
            else {"to": letter.recipient.lstrip("+")}
        )
        answered = {} if letter.source_record_id is None else {"context": {"message_id": letter.source_record_id}}
        return f"{source.account_id}/messages", {
            "messaging_product": "whatsapp",
            **whom,
            **(_templated(letter.body, template) if template and letter.is_unasked else _free(letter.body)),
            **answered,
        }

    return shape


def _free(body: str) -> dict[str, object]:
    return {"type": "text", "text": {"body": body}}


def _templated(body: str, template: str) -> dict[str, object]:
    # Meta refuses a parameter with a line break.
    parameter = {"type": "text", "text": " ".join(body.split())}
    components = [{"type": "body", "parameters": [parameter]}]
    return {
        "type": "template",
        "template": {"name": template, "language": {"code": "id"}, "components": components},
    }


def facebook(letter: Letter) -> tuple[str, object]:
    """A comment of the page below the post."""
    return f"{letter.source_record_id}/comments", {"message": letter.body}


def instagram(letter: Letter) -> tuple[str, object]:
    """A reply of the account to the comment."""
    return f"{letter.source_record_id}/replies", {"message": letter.body}


def x(letter: Letter) -> tuple[str, object]:
    """A reply of the account to the tweet."""
    return "tweets", {"text": letter.body, "reply": {"in_reply_to_tweet_id": letter.source_record_id}}
