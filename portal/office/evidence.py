"""A photo that closes a case: held against all earlier ones before it is accepted, and kept without what a phone adds.

Belongs here: one photo at the desk. Does not belong here: the comparison (assets/cases/likeness.py), the photos that
agencies deliver (assets/cases/evidence.py).
"""

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from assets.cases.likeness import (
    LEAST_WORDS,
    MOST_CANDIDATES,
    EvidenceError,
    Likeness,
    likenesses,
    packed,
    read_picture,
    unpacked,
)
from assets.reports.language import mark
from portal.office.actions import ActionError

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Pixels of the longer side of a photo that is kept.
LONGEST_SIDE = 1600


@dataclass(frozen=True)
class Evidence:
    """A photo that was accepted.

    Attributes:
        name: Of its file.
        content: A JPEG.
        words: By which copies of it are found.
        picture: As it is kept for the comparison with later ones.
        likenesses: Earlier photos of the same view, none of them the same photo.
    """

    name: str
    content: bytes
    words: list[int]
    picture: bytes
    likenesses: list[Likeness]

    def write(self, folder: Path) -> None:
        """Write the file, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".{self.name}"
        beside.write_bytes(self.content)
        beside.replace(folder / self.name)


async def examine(connection: AsyncConnection[DictRow], photo: bytes) -> Evidence:
    """Hold a photo against earlier ones.

    Args:
        connection: Of the session.
        photo: As it was sent.

    Raises:
        ActionError: It is none, or was used before.
    """
    try:
        picture, words, mirrored = await asyncio.to_thread(_read, photo)
        content = await asyncio.to_thread(bare, photo)
    # Two libraries read it, and either may find it torn: Pillow says so by any of these.
    except (EvidenceError, OSError, SyntaxError, ValueError) as error:
        raise ActionError(mark("Itu bukan foto JPEG atau PNG yang dapat dibaca.")) from error
    query = "select * from desk.evidence_like(%s, %s, %s, %s)"
    rows = await (await connection.execute(query, [words, mirrored, LEAST_WORDS, MOST_CANDIDATES])).fetchall()
    earlier = ((row["photo_id"], unpacked(row["picture"])) for row in rows)
    found = await asyncio.to_thread(likenesses, picture, earlier)
    if any(like.verdict == "same_photo" for like in found):
        raise ActionError(mark("Foto ini sudah pernah dipakai sebagai bukti. Kirim foto pekerjaan ini sendiri."))
    return Evidence(f"desk-{uuid4()}.jpg", content, words, packed(picture), found)


def _read(photo: bytes) -> "tuple[Picture, list[int], list[int]]":
    from ml.vision.photo_match import words

    picture = read_picture(photo)
    return picture, words(picture), words(picture.mirrored)


def bare(photo: bytes, longest_side: int = LONGEST_SIDE, quality: int = 85) -> bytes:
    """The photo upright and without place, owner, comment and whatever else a file may carry.

    Args:
        photo: A JPEG or PNG.
        longest_side: Pixels that its longer side has at most.
        quality: Of the JPEG, 1 to 95.

    Raises:
        OSError, SyntaxError, ValueError: It cannot be read.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(photo)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((longest_side, longest_side))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=quality, comment=b"")
    return written.getvalue()
