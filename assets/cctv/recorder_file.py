"""Pictures that a recorder writes anew into a file.

Belongs here: reading one. Does not belong here: folders of snapshots (snapshots.py), which file is allowed (reach.py).
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assets.cctv.answers import MOST_BYTES, Captured, LiveCamera, TooMuchError
from assets.cctv.picture_time import FARTHEST_AHEAD
from assets.cctv.reach import Reach


def read_file(camera: LiveCamera, reach: Reach) -> Captured:
    """The picture in a camera's file.

    Raises:
        NoPictureError: The file lies outside the folder of files.
        TooMuchError: It is over MOST_BYTES.
        OSError: It cannot be read.
    """
    with os.fdopen(reach.open_file(Path(unquote(urlsplit(camera.url).path))), "rb") as file:
        content = file.read(MOST_BYTES + 1)
        written = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    if len(content) > MOST_BYTES:
        raise TooMuchError
    now = datetime.now(UTC)
    return (
        Captured(content, written, "header") if written - now < FARTHEST_AHEAD else Captured(content, now, "received")
    )
