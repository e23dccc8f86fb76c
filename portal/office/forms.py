"""What is sent to the desk: bounded, and from a page that the desk itself gave to this browser.

Belongs here: reading a form, and the token that every form carries. Does not belong here: what a form says
(actions.py).
"""

import hashlib
import hmac
from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qsl

from itsdangerous import BadSignature, TimestampSigner
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from assets.complaints.comparable import MOST_BYTES as MOST_PHOTO_BYTES

# A reason has 2,000 signs at most, each up to twelve bytes as a form sends it.
MOST_BYTES, MOST_FIELDS = 64 * 1024, 20
# As long as a session.
LASTS_S = 10 * 3600
# The field of each form.
FIELD = "sandi"


class FormError(Exception):
    """A form that is not taken: answered with `status`."""

    def __init__(self, status: int, found: str) -> None:
        super().__init__(found)
        self.status = status


def token_for(secret: bytes, cookie: str) -> str:
    """What a form carries: bound to the browser's cookie, and signed."""
    return _signer(secret).sign(_digest(cookie)).decode()


def is_token_for(secret: bytes, cookie: str, token: str) -> bool:
    """Whether a form was given to the browser that holds the cookie, and is not too old.

    >>> is_token_for(b"secret", "mine", token_for(b"secret", "mine"))
    True
    >>> is_token_for(b"secret", "another", token_for(b"secret", "mine"))
    False
    """
    try:
        return hmac.compare_digest(_signer(secret).unsign(token, max_age=LASTS_S), _digest(cookie).encode())
    except (BadSignature, UnicodeError):
        return False


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of a name that comes twice the last.

    Raises:
        FormError: It is longer than a form of the desk, or none.
    """
    body = b"".join([part async for part in _bounded(request, MOST_BYTES)])
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise FormError(422, "expected the fields of a form, found something else") from error
    return {name: _kept(value) for name, value in fields}


async def read_form_with_photo(request: Request) -> tuple[dict[str, str], bytes]:
    """The fields of a form, and the photo that came with them; without one, no bytes.

    Raises:
        FormError: It is longer than a form with a photo, or none.
    """
    stream = _bounded(request, MOST_PHOTO_BYTES + MOST_BYTES)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeError) as error:
        raise FormError(422, "expected the parts of a form, found something else") from error
    photos = [await part.read() for part in form.values() if isinstance(part, UploadFile)]
    await form.close()
    fields = {name: _kept(value) for name, value in form.items() if isinstance(value, str)}
    return fields, b"".join(photos)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > most:
            raise FormError(413, f"expected at most {most:,} bytes, found more")
        yield part


def _kept(value: str) -> str:
    """A value as PostgreSQL keeps it: without NUL."""
    return value.replace("\x00", "")


def require_own(secret: bytes, cookie: str, form: Mapping[str, str]) -> None:
    """Refuse a form that another site had the browser send.

    Raises:
        FormError: Its token is missing, forged, another's or too old.
    """
    if not cookie or not is_token_for(secret, cookie, form.get(FIELD, "")):
        raise FormError(403, "expected the token of this session, found another")


def _signer(secret: bytes) -> TimestampSigner:
    return TimestampSigner(secret, salt="portal.office", digest_method=hashlib.sha256)


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
