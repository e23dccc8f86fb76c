"""A photo that closes a case: held against all earlier ones before it is accepted, and kept without what a phone adds.

Belongs here: one photo at the desk. Does not belong here: the comparison (assets/cases/likeness.py), the photos that
agencies deliver (assets/cases/evidence.py).
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, Self
from uuid import uuid4

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from assets.cases.likeness import LEAST_WORDS, MOST_CANDIDATES, Candidate, Likeness, likenesses
from assets.complaints.comparable import EvidenceError, read_picture, unpacked
from assets.reports.language import mark
from portal.office.actions import ActionError

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Pixels of the longer side of a photo that is kept.
LONGEST_SIDE = 1600
LIKE_IT: LiteralString = "select * from desk.evidence_like(%s, %s, %s, %s)"
# Why a copy is refused, the plainest reason first, by whether it is edited and whether the earlier photo is a report's.
REFUSED = {
    (False, True): mark("Foto ini foto pelapor, bukan foto hasil pekerjaan. Kirim foto pekerjaan ini sendiri."),
    (False, False): mark("Foto ini sudah pernah dipakai sebagai bukti. Kirim foto pekerjaan ini sendiri."),
    (True, True): mark("Foto ini suntingan dari foto pelapor. Kirim foto pekerjaan ini sendiri."),
    (True, False): mark("Foto ini suntingan dari foto bukti yang sudah ada. Kirim foto pekerjaan ini sendiri."),
}
# Held until the transaction ends: the next one finds what it booked.
ONE_AT_A_TIME: LiteralString = "select pg_advisory_xact_lock(hashtextextended('desk evidence', 0))"


@dataclass(frozen=True)
class Evidence:
    """A photo that was accepted.

    Attributes:
        name: Of its file.
        content: A JPEG.
        words: By which copies of it are found.
        mirrored: The same of its mirror image.
        picture: As it is compared with others.
        likenesses: Earlier photos of the same view, of none of which it is a copy.
        examined: Earlier photos that it was held against.
    """

    name: str
    content: bytes
    words: list[int]
    mirrored: list[int]
    picture: "Picture"
    likenesses: list[Likeness]
    examined: frozenset[int] = frozenset()

    async def against_earlier(self, connection: AsyncConnection[DictRow]) -> Self:
        """The same, held against those earlier photos that it was not held against yet.

        Raises:
            ActionError: It is a copy of one of them, edited or not.
        """
        values = [self.words, self.mirrored, LEAST_WORDS, MOST_CANDIDATES]
        rows = await (await connection.execute(LIKE_IT, values)).fetchall()
        new = [row for row in rows if row["photo_id"] not in self.examined]
        found = await asyncio.to_thread(_compared, self.picture, new) if new else []
        of_reports = {row["photo_id"] for row in new if row["is_of_report"]}
        reasons = {(bool(like.edited_parts), like.earlier_photo_id in of_reports) for like in found if like.is_copy}
        for reason in REFUSED:
            if reason in reasons:
                raise ActionError(REFUSED[reason])
        examined = self.examined | {row["photo_id"] for row in new}
        return replace(self, likenesses=[*self.likenesses, *found], examined=examined)

    async def against_what_came_meanwhile(self, connection: AsyncConnection[DictRow]) -> Self:
        """The same, held against what others booked while it was examined; nobody else books one until this ends.

        Args:
            connection: Of the session, in the transaction that books it.

        Raises:
            ActionError: It is a copy of one of them, edited or not.
        """
        await connection.execute(ONE_AT_A_TIME)
        return await self.against_earlier(connection)

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
        ActionError: It is none, or a copy of an earlier one, edited or not.
    """
    try:
        picture, words, mirrored = await asyncio.to_thread(_read, photo)
        content = await asyncio.to_thread(bare, photo)
    # Two libraries read it, and either may find it torn: Pillow says so by any of these.
    except (EvidenceError, OSError, SyntaxError, ValueError) as error:
        raise ActionError(mark("Itu bukan foto JPEG atau PNG yang dapat dibaca.")) from error
    found = Evidence(f"desk-{uuid4()}.jpg", content, words, mirrored, picture, [])
    return await found.against_earlier(connection)


def _read(photo: bytes) -> "tuple[Picture, list[int], list[int]]":
    from ml.vision.photo_words import words

    picture = read_picture(photo)
    return picture, words(picture), words(picture.mirrored)


def _compared(picture: "Picture", earlier: Sequence[DictRow]) -> list[Likeness]:
    return likenesses(
        picture, ((Candidate(row["photo_id"], row["is_mirrored"]), unpacked(row["picture"])) for row in earlier)
    )


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
