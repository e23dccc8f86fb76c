"""Still pictures over HTTP.

Belongs here: where a picture ends, and when it was taken. Does not belong here: asking (wire.py).
"""

import asyncio

import httpcore

from assets.cctv.answers import Captured, NoPictureError
from assets.cctv.picture_time import taken_at
from assets.cctv.wire import Reply

END = b"\xff\xd9"
# A camera that announced more than it has keeps the connection: after so long nothing more comes.
QUIET_S = 1.5


async def read_still(reply: Reply) -> Captured:
    """The picture of an answer.

    A picture that ends with its end marker is whole, whatever length was announced.

    Raises:
        NoPictureError: The body is empty or too large.
        httpcore.NetworkError: The connection broke before the picture's end.
        httpcore.RemoteProtocolError: Likewise.
    """
    content = bytearray()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as patience:
            async for piece in reply.pieces():
                content += piece
                patience.reschedule(loop.time() + QUIET_S if content.endswith(END) else None)
    except (httpcore.RemoteProtocolError, httpcore.ReadError):
        if not content.rstrip(b"\r\n\0").endswith(END):
            raise
    except TimeoutError:
        if not patience.expired():
            raise
    if not content:
        raise NoPictureError("an empty body")
    picture = bytes(content)
    moment, basis = taken_at(picture, reply.headers)
    return Captured(picture, moment, basis, reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", ""))
