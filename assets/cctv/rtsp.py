"""One picture of an RTSP stream.

Belongs here: reading it. Does not belong here: which addresses are allowed (reach.py).
"""

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
        NoPictureError: The name stands for no allowed address.
        OSError: It cannot be resolved.
    """
    url = urlsplit(camera.url)
    host = url.hostname or ""
    [address, *_] = await reach.addresses(host, url.port or _PORTS[url.scheme.lower()])
    if address == host or url.scheme.lower() == "rtsps":
        # The certificate is of the name.
        return camera.url
    login, at, _ = url.netloc.rpartition("@")
    number = f"[{address}]" if ":" in address else address
    port = "" if url.port is None else f":{url.port}"
    return url._replace(netloc=f"{login}{at}{number}{port}").geturl()


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
