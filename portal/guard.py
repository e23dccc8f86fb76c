"""Who may send a form: whoever was given it by this portal, in the same browser, within a day.

Belongs here: the token of a form and its cookie. Does not belong here: how often somebody may send (asked.py).

The cookie holds a random word and nothing of anybody; the token is that word, signed. Another site's page can have
neither.
"""

import hmac
import secrets
from typing import Any

from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request

COOKIE = "formulir"
# Seconds: a report that found no connection is sent again later.
LASTS_S = 24 * 3600


def tell(request: Request) -> str:
    """The word of a browser: the one that it has, or a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)


def sign(secret: bytes, word: str) -> str:
    """The token of a form that a browser with this word is given."""
    return str(_serializer(secret).dumps(word))


def is_ours(request: Request, secret: bytes, token: str) -> bool:
    """Whether a form with this token was given to the browser that sends it."""
    word: Any = None
    try:
        word = _serializer(secret).loads(token, max_age=LASTS_S)
    except BadSignature:
        return False
    told = request.cookies.get(COOKIE, "")
    return isinstance(word, str) and bool(told) and hmac.compare_digest(word.encode(), told.encode())


def remember(response: Response, request: Request, word: str) -> None:
    """Have the browser keep its word; no script and no other site's form can use it."""
    response.set_cookie(
        COOKIE, word, max_age=LASTS_S, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="form")
