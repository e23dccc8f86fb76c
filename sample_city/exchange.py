"""Requests to a vendor, its answers, and the faults that can be provoked.

Belongs here: the words that every fake vendor shares.
Does not belong here: the shape of one vendor (answers.py, exports.py), the server (vendors.py).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    media_type: str = "application/json"
    status: int = 200


Feed = Callable[[Question], Answer]


def json_answer(document: object, status: int = 200) -> Answer:
    """Answer JSON."""
    return Answer(json.dumps(document, ensure_ascii=False).encode(), status=status)


def unknown(question: Question) -> Answer:
    """Answer that there is no such path."""
    return json_answer({"message": f"no {question.path}"}, 404)
