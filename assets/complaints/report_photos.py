"""Photos of reports, kept so that a follow-up photo which is a copy of one is found, edited or not.

Belongs here: what is kept of them, and for how long. Does not belong here: how they are had (photos.py), what they are
held against and by which words (assets/cases).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import Connection

from assets.complaints.comparable import packed, read_picture

# A copy of a reporter's photo closes that report, or one of the same kind soon after.
KEPT = timedelta(days=365)


class Known(NamedTuple):
    """What is kept of a photo.

    Attributes:
        words: By which copies of it are found.
        picture: As `packed` makes it.
    """

    words: list[int]
    picture: bytes


def known(content: bytes) -> Known:
    """What is kept of a photo.

    Args:
        content: A JPEG or PNG, whole.

    Raises:
        EvidenceError: It is none.
    """
    from ml.vision.photo_words import words

    picture = read_picture(content)
    return Known(words(picture), packed(picture))


def keep_report_photos(connection: Connection, photos: Sequence[tuple[int, int, Known]], now: datetime) -> None:
    """Keep photos by inbox record and number of the photo; who is second to keep one adds nothing."""
    for inbox_id, number, photo in photos:
        connection.execute(
            """
            with kept as (
                insert into raw.evidence_photos (inbox_id, photo_number, words, read_at, is_synthetic)
                select inbox_id, %(number)s, %(words)s, %(now)s, is_synthetic
                from raw.inbox where inbox_id = %(inbox_id)s
                on conflict on constraint evidence_photos_of_reports do nothing
                returning photo_id
            )
            insert into private.evidence_pictures (photo_id, picture) select photo_id, %(picture)s from kept
            """,
            {"inbox_id": inbox_id, "number": number, "words": photo.words, "picture": photo.picture, "now": now},
        )


def forget_old_report_photos(connection: Connection, now: datetime) -> int:
    """Delete photos of reports that were kept long enough and are no part of a pair; returns how many."""
    return connection.execute(
        """
        delete from raw.evidence_photos as photos
        where photos.inbox_id is not null and photos.read_at < %s
            and not exists (select from ledger.photo_reuse as reuse where reuse.earlier_photo_id = photos.photo_id)
        """,
        [now - KEPT],
    ).rowcount
