"""One picture of an RTSP stream.

Belongs here: reading it, and whom it is asked of. Does not belong here: other addresses (reach.py).

FFmpeg goes wherever a camera's answer redirects it, and has no option against it. So a camera is asked by RTSP only
where the operator named its network (JSC_CAMERA_NETWORKS): nobody else's list can send FFmpeg anywhere.
"""

import asyncio
import ipaddress
import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

import cv2

from assets.cctv.answers import Captured, LiveCamera, NoPictureError
from assets.cctv.key_frame import QUALITY
from assets.cctv.reach import Reach

_PORTS = {"rtsp": 554, "rtsps": 322}


async def allowed_url(camera: LiveCamera, reach: Reach) -> str:
    """The camera's address with the number that its name stands for, so that nobody resolves it again.

    Raises:
        NoPictureError: It is, or its name stands for, no address of a network that the operator named.
        OSError: The name cannot be resolved.
    """
    url = urlsplit(camera.url)
    host = url.hostname or ""
    port = url.port or _PORTS[url.scheme.lower()]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    named = [str(one[4][0]) for one in found if reach.is_named(ipaddress.ip_address(one[4][0]))]
    if not named:
        raise NoPictureError("an RTSP address outside JSC_CAMERA_NETWORKS, which FFmpeg could be redirected from")
    address = named[0]
    if address == host or url.scheme.lower() == "rtsps":
        # The certificate is of the name.
        return camera.url
    login, at, _ = url.netloc.rpartition("@")
    number = f"[{address}]" if ":" in address else address
    said = "" if url.port is None else f":{url.port}"
    return url._replace(netloc=f"{login}{at}{number}{said}").geturl()


def read_rtsp(url: str, seconds: float) -> Captured:
    """The first frame that comes; a NoPictureError where none comes in so many seconds."""
    patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, int(seconds * 500), cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(seconds * 500)]
    video = cv2.VideoCapture(url, cv2.CAP_FFMPEG, patience)
    try:
        is_read, frame = video.read() if video.isOpened() else (False, None)
    finally:
        video.release()
    if not is_read or frame is None:
        raise NoPictureError("no frame of the stream")
    _, encoded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Captured(bytes(encoded), datetime.now(UTC), "received")
