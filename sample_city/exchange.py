"""What passes between a platform and a vendor: questions, answers, and the troubles between them.

Belongs here: the words that every fake vendor shares.
Does not belong here: the shape of one vendor (its channel's module), the server (vendors.py).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sample_city.model import Item

# Of the city at every vendor that has accounts.
ACCOUNT_ID = "17841400000000001"


class Trouble(StrEnum):
    """What may go wrong with one answer."""

    RATE_LIMIT = "rate_limit"  # ask again at once
    USED_UP = "used_up"  # ask again in an hour
    SERVER_ERROR = "server_error"
    SILENCE = "silence"  # no answer until the asker hangs up
    CUT_OFF = "cut_off"  # the connection is lost in the middle of the answer
    LOGIN_PAGE = "login_page"  # a page for people in place of the answer
    REDIRECT = "redirect"  # to another host
    FOREIGN_NEXT = "foreign_next"  # the link to the next page names another host
    REPEATED_PAGE = "repeated_page"
    MISSING_PAGE = "missing_page"


@dataclass(frozen=True)
class Question:
    """What a vendor is asked.

    Attributes:
        path: Below the channel's own path.
        query: Its parameters.
        trouble: What goes wrong with the pages; troubles of the connection are the server's.
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Answer:
    """What a vendor answers."""

    content: bytes
    media_type: str | None = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Feed = Callable[[Question], Answer]


@dataclass(frozen=True)
class Host:
    """Where a vendor stands.

    Attributes:
        address: Of the vendor, before its own path.
        page_size: Items of a page at most.
        token: The bearer token that it demands.
    """

    address: str
    page_size: int
    token: str


def json_answer(document: object, status: int = 200) -> Answer:
    """Answer JSON."""
    return Answer(json.dumps(document, ensure_ascii=False).encode(), status=status)


def unknown(question: Question) -> Answer:
    """Answer that there is no such path."""
    return json_answer({"message": f"no {question.path}"}, 404)


def too_many(seconds: int) -> Answer:
    """Answer that the rate limit is used up for so long."""
    return Answer(b"", None, 429, {"Retry-After": str(seconds)})


def cursor(offset: int) -> str:
    """Name the item with which a page begins."""
    return urlsafe_b64encode(f"from {offset:09d}".encode()).decode()


def offset_of(cursor: str | None) -> int:
    """The item with which a page begins."""
    return 0 if cursor is None else int(urlsafe_b64decode(cursor).split()[1])


def within(items: Sequence[Item], query: Mapping[str, str], start: str, end: str) -> list[Item]:
    """Items of the half-open span that a query names in ISO 8601."""
    first = datetime.fromisoformat(query[start]) if start in query else datetime.min.replace(tzinfo=UTC)
    last = datetime.fromisoformat(query[end]) if end in query else datetime.max.replace(tzinfo=UTC)
    return [item for item in items if first <= item.at < last]


@dataclass(frozen=True)
class Vendor:
    """How a vendor answers.

    Attributes:
        path: What the platform's settings name behind the vendor's address, placeholders of days included.
        feed: Its items to its answers; None where it takes what is sent and gives nothing.
        has_accounts: Whether it asks of which account.
        unauthorized: Its answer to a wrong credential.
        too_many: Its answer to too many questions, by the seconds until the next.
        taken: Its answer to what is sent, by the id that this gets.
    """

    path: str
    feed: Callable[[Sequence[Item], Host], Feed] | None = None
    has_accounts: bool = False
    unauthorized: Answer = field(default_factory=lambda: json_answer({}, 401))
    too_many: Callable[[int], Answer] = too_many
    taken: Callable[[str], object] = lambda identity: {"id": identity}
