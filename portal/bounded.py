"""Bodies of requests, as long as they may be.

Belongs here: reading no more than that. Does not belong here: what a body says.
"""

from urllib.parse import parse_qsl

from fastapi import Request

# Of a form that asks for two or three.
MOST_FIELDS = 10


class TooLongError(Exception):
    """A body that is longer than it may be."""


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The body of a request.

    Args:
        request: Nobody has read of it.
        most_bytes: What may be read.

    Raises:
        TooLongError: There is more.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise TooLongError(f"Expected at most {most_bytes:,} bytes, found more.")
    return bytes(body)


async def read_fields(request: Request, most_bytes: int) -> dict[str, str]:
    """The fields of a short form; of a name that comes twice the last.

    Args:
        request: Nobody has read of it.
        most_bytes: What may be read.

    Raises:
        TooLongError: There is more.
        ValueError: It is no form, or has too many fields.
    """
    return dict(parse_qsl((await read_body(request, most_bytes)).decode("utf-8"), max_num_fields=MOST_FIELDS))
