"""Photos of public reports as anybody may see them: kept small, for a time, and for no report that is not public.

Belongs here: keeping and deleting them. Does not belong here: how small (ml/vision/small_picture), who is shown one
(front.picture).

A photo is had once, when it is hashed, and what its report is about is decided a moment later: what triage does not
call public is deleted in the transaction that decides it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg import Connection

from assets.complaints.model import Decision, Visibility
from assets.complaints.triage.verdict import Verdict
from assets.complaints.versions import Version
from assets.storage import merge_rows

# As long as somebody is likely to look whether it was done.
KEPT = timedelta(days=180)

COLUMNS = ("inbox_id", "photo_number", "picture", "kept_at")


def keep_pictures(connection: Connection, pictures: Sequence[tuple[int, int, bytes]], now: datetime) -> None:
    """Keep small pictures by inbox record and number of the photo, and delete those that were kept long enough."""
    connection.execute("delete from private.report_pictures where kept_at < %s", [now - KEPT])
    rows = [(*picture, now) for picture in pictures]
    merge_rows(connection, "private.report_pictures", COLUMNS, rows, key=COLUMNS[:2])


def withhold_pictures(connection: Connection, decided: Sequence[tuple[Version, Verdict]]) -> None:
    """Delete the pictures of complaints of which a version was decided that is not public, or rejected."""
    hidden = [
        version.complaint_id
        for version, verdict in decided
        if verdict.visibility is not Visibility.PUBLIC or verdict.decision is Decision.REJECTED
    ]
    if hidden:
        connection.execute(
            """
            delete from private.report_pictures
            using ledger.complaints
            where complaints.complaint_id = any(%s) and report_pictures.inbox_id = complaints.inbox_id
            """,
            [hidden],
        )
