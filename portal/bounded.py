"""Bodies of requests, as long as they may be.

Belongs here: reading no more than that. Does not belong here: what a body says.
"""

from fastapi import Request


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
