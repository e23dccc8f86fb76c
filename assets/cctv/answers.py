"""What is asked of a live camera, and what may come of it.

Belongs here: the question, the answers, how much an answer may be. Does not belong here: asking (capture.py).
"""

from dataclasses import dataclass
from datetime import datetime

# Of any one answer, unpacked: a picture of 40 megapixels, a long playlist.
MOST_BYTES = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """What is needed to ask a camera.

    Attributes:
        camera_id: Of the registry.
        provider: Whose it is.
        source_kind: Key of `KINDS` in capture.py.
        url: Where; may hold a password.
        etag: Of the picture before; empty without.
        last_modified: Likewise.
        referer: Page of the portal that the host wants to have been asked from; empty without.
        view_since: Since when its present view counts; None where it was never turned.
    """

    camera_id: str
    provider: str
    source_kind: str
    url: str
    etag: str = ""
    last_modified: str = ""
    referer: str = ""
    view_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """A picture that came.

    Attributes:
        content: JPEG or PNG, as it came or as the stream's key frame.
        captured_at: When it was taken, time-zone-aware.
        time_basis: How that is known: `stream`, `exif`, `header` or `received`.
        etag: For the next time; empty without.
        last_modified: Likewise.
    """

    content: bytes
    captured_at: datetime
    time_basis: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The camera says that its picture is the one before."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No picture.

    Attributes:
        reason: What was expected and found; names the host.
    """

    reason: str


Answer = Captured | Unchanged | Failed


class NoPictureError(Exception):
    """The host answered with something else; asking again brings the same. The message says with what."""


class TooMuchError(NoPictureError):
    """More came than any picture is long."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        super().__init__(f"over {most // 2**20} MB")
