"""Follow-up photos as anybody may see them, beside the photo of a public report: kept small, for a time.

Belongs here: which of them are kept, and until when. Does not belong here: how small (ml/vision/small_picture), their
comparison (evidence.py), who is shown one (front.picture).
"""

from datetime import datetime, timedelta
from pathlib import Path

from psycopg import Connection

from assets.cases.known_words import Transaction
from assets.complaints.comparable import MOST_BYTES
from assets.statuses import CaseStatus
from assets.storage import copy_rows

# As long as the photos of reports (assets/complaints/pictures.py).
KEPT = timedelta(days=180)
# A photo that was read longer ago belongs to a case that was not public then.
LOOK_BACK = timedelta(days=7)
# Photos of one transaction.
CHUNK = 50


def keep_work_pictures(transaction: Transaction, folder: Path, now: datetime) -> int:
    """Keep a small picture of each readable photo that came with the completion of a public case; returns how many.

    Args:
        transaction: Opens a connection and a transaction.
        folder: Where the photos are.
        now: When.
    """
    with transaction() as connection:
        connection.execute("delete from private.work_pictures where kept_at < %s", [now - KEPT])
    count = 0
    while True:
        with transaction() as connection:
            waiting = _waiting(connection, now)
            rows = [(photo_id, _small(folder / name), now) for photo_id, name in waiting]
            copy_rows(connection, "private.work_pictures", ("photo_id", "picture", "kept_at"), rows)
        if not waiting:
            return count
        count += sum(picture is not None for _, picture, _ in rows)


def _waiting(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    return connection.execute(
        """
        select photos.photo_id, photos.photo_name
        from raw.evidence_photos as photos
        inner join raw.case_events as events using (event_id)
        where photos.read_at > %(since)s and photos.failure is null
            and events.is_current and not events.is_withdrawn and events.status = %(done)s
            and not exists (select from private.work_pictures as kept where kept.photo_id = photos.photo_id)
            and exists (
                select
                from (
                    select complaint_id from ledger.tracking_numbers as numbers
                    where numbers.tracking_number = events.tracking_number
                    union all
                    select complaint_id from ledger.complaints as named
                    where named.channel = events.channel and named.source_record_id = events.source_record_id
                ) as named
                cross join lateral (
                    select visibility, decision from ledger.complaints as versions
                    where versions.complaint_id = named.complaint_id
                    order by version desc
                    limit 1
                ) as newest
                where newest.visibility = 'public' and newest.decision = 'accepted'
            )
        order by photos.photo_id
        limit %(chunk)s
        """,
        {"since": now - LOOK_BACK, "done": CaseStatus.SELESAI.value, "chunk": CHUNK},
    ).fetchall()


def _small(path: Path) -> bytes | None:
    """The photo made small; None for one that is gone, or cannot be read in colour: it was read in grey."""
    from ml.vision.decode import FrameError
    from ml.vision.small_picture import small_picture

    try:
        return small_picture(path.read_bytes()) if path.stat().st_size <= MOST_BYTES else None
    except (OSError, FrameError):
        return None
