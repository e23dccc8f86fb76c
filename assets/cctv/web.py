"""A camera that is asked over HTTP: a still, an MJPEG stream or HLS, by what comes rather than by what is listed.

Belongs here: telling what came. Does not belong here: reading it (still.py, mjpeg.py, hls.py), asking (wire.py).

Lists name MJPEG addresses as m3u8, and portals send playlists as text/html.
"""

import httpx

from assets.cctv.answers import Answer, LiveCamera, NoPictureError, Unchanged
from assets.cctv.hls import read_hls
from assets.cctv.mjpeg import read_mjpeg
from assets.cctv.reach import Reach
from assets.cctv.still import read_still
from assets.cctv.wire import Connections, Reply, Wire

_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"


async def ask_web(connections: Connections, camera: LiveCamera, reach: Reach) -> Answer:
    """The answer of a camera.

    Raises:
        NoPictureError: It answered with something else.
        httpx.InvalidURL: Its address is none.
        httpcore.TimeoutException: Nothing came in time.
        httpcore.NetworkError: The connection broke.
        httpcore.ProtocolError: The answer breaks HTTP.
    """
    with connections.budget.account() as account:
        wire = Wire(connections, camera, reach, account)
        wanted = {"If-None-Match": camera.etag, "If-Modified-Since": camera.last_modified}
        async with wire.get(wire.url, {name: value for name, value in wanted.items() if value}) as reply:
            if reply.status == httpx.codes.NOT_MODIFIED:
                return Unchanged()
            reply.check()
            start = await reply.start()
            if not start:
                raise NoPictureError("an empty body")
            if start.lstrip(_BEFORE_TEXT).startswith(b"#EXTM3U"):
                return await read_hls(wire, reply)
            return await (read_mjpeg if _is_mjpeg(camera, reply, start) else read_still)(reply)


def _is_mjpeg(camera: LiveCamera, reply: Reply, start: bytes) -> bool:
    said = reply.headers.get("Content-Type", "").lower()
    return said.startswith("multipart/") or start.startswith(b"--") or camera.source_kind == "mjpeg"
