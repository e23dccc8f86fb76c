"""Follow-up photos compared with all earlier ones: a copy, edited or not, is flagged for a person to verify.

Earlier ones are follow-up photos and the photos of reports. A report's photo is only ever the earlier one of a pair.

Belongs here: which photos wait, what is kept of them, in which order they are compared.
Does not belong here: what one photo and earlier ones have in common (likeness.py), the photos of reports
(assets/complaints/report_photos.py), what follows from a flag, which a person decides.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from psycopg import Connection, InterfaceError, OperationalError
from psycopg.types.json import Jsonb

from assets.cases.known_words import Transaction, note_common_words, renew_words
from assets.cases.likeness import LEAST_WORDS, MOST_CANDIDATES, Candidate, Likeness, likenesses
from assets.complaints.comparable import MOST_BYTES, EvidenceError, packed, read_picture, unpacked
from assets.complaints.report_photos import forget_old_report_photos
from assets.sources.landing import Batch
from assets.storage import copy_rows

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Photos that one transaction reads and compares.
CHUNK = 50
# Pictures that one reading keeps ready, with their mirror images: about 1 MB each.
MOST_KEPT = 100


class Reuse(NamedTuple):
    """A follow-up photo and an earlier photo of the same view; a row of ledger.photo_reuse."""

    photo_id: int
    earlier_photo_id: int
    verdict: str
    is_mirrored: bool
    changed_share: float
    features_in_common: int
    edited_parts: Jsonb
    found_at: datetime
    batch_id: str


@dataclass
class EvidenceCounts:
    """What one reading found."""

    photos: int = 0
    unreadable: int = 0
    reused: int = 0
    edited: int = 0
    same_view: int = 0


ABSENT = "expected a photo, found no such file"


class Earlier:
    """Pictures of earlier photos: those used last are kept, for making one ready takes longer than comparing it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Picture] = OrderedDict()

    def keep(self, photo_id: int, picture: "Picture") -> None:
        """Have a picture at hand; beyond `MOST_KEPT` the one that was not used for longest goes."""
        self._kept[photo_id] = picture
        self._kept.move_to_end(photo_id)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def picture(self, connection: Connection, photo_id: int) -> "Picture":
        """The picture of a photo that was taken in."""
        picture = self._kept.get(photo_id)
        if picture is None:
            [(content,)] = connection.execute(
                "select picture from private.evidence_pictures where photo_id = %s", [photo_id]
            ).fetchall()
            picture = unpacked(content)
        self.keep(photo_id, picture)
        return picture


@dataclass(frozen=True)
class _Reading:
    """One reading: where the photos are, what it found, and the pictures at hand."""

    folder: Path
    batch: Batch
    counts: EvidenceCounts
    earlier: Earlier


def compare_evidence(transaction: Transaction, folder: Path, batch: Batch) -> EvidenceCounts:
    """Read the photos that wait, in the order of their events, and compare each with all before it.

    Args:
        transaction: Opens a connection and a transaction.
        folder: Where the photos are.
        batch: This reading.

    Raises:
        OperationalError: The database fails; what it fails at is not booked on a photo.
    """
    counts = EvidenceCounts()
    reading = _Reading(folder, batch, counts, Earlier())
    renew_words(transaction)
    with transaction() as connection:
        # A photo may come after the event that names it.
        connection.execute("delete from raw.evidence_photos where failure = %s", [ABSENT])
        forget_old_report_photos(connection, batch.received_at)
        note_common_words(connection)
    while True:
        with transaction() as connection:
            waiting = _waiting(connection)
            for event_id, name in waiting:
                _take_in(connection, event_id, name, reading)
        if not waiting:
            return counts


def _waiting(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select events.event_id, names.name
        from raw.case_events as events
        cross join lateral unnest(events.photos) as names (name)
        where events.photos <> '{}' and events.is_current and not exists (
            select from raw.evidence_photos as seen
            where seen.event_id = events.event_id and seen.photo_name = names.name
        )
        order by events.occurred_at, events.event_id, names.name
        limit %s
        """,
        [CHUNK],
    ).fetchall()


def _take_in(connection: Connection, event_id: str, name: str, reading: _Reading) -> None:
    counts = reading.counts
    counts.photos += 1
    try:
        # Of its own, so that whatever one photo raises is taken back and costs itself only.
        with connection.transaction():
            verdicts = _compared(connection, event_id, name, reading)
    except (OperationalError, InterfaceError):
        # The server: no photo's fault.
        raise
    except Exception as error:  # whatever it is, it is booked on its photo
        counts.unreadable += 1
        reason = str(error) if isinstance(error, EvidenceError) else f"expected a photo, found {type(error).__name__}"
        _keep(connection, event_id, name, [], reason, reading.batch)
        return
    counts.reused += "same_photo" in verdicts
    counts.edited += "edited_copy" in verdicts
    counts.same_view += "same_view" in verdicts


def _compared(connection: Connection, event_id: str, name: str, reading: _Reading) -> set[str]:
    """Keep one photo and what the comparison with earlier ones found; returns its verdicts."""
    from ml.vision.photo_words import words

    picture = _picture(reading.folder / name)
    likes = held_against(connection, picture, reading.earlier)
    photo_id = _keep(connection, event_id, name, words(picture), None, reading.batch)
    connection.execute("insert into private.evidence_pictures values (%s, %s)", [photo_id, packed(picture)])
    matches = [_reuse(photo_id, like, reading.batch) for like in likes]
    copy_rows(connection, "ledger.photo_reuse", Reuse._fields, matches)
    reading.earlier.keep(photo_id, picture)
    return {match.verdict for match in matches}


def _reuse(photo_id: int, like: Likeness, batch: Batch) -> Reuse:
    parts = Jsonb(like.edited_parts)
    return Reuse(photo_id, *like[:-1], edited_parts=parts, found_at=batch.received_at, batch_id=batch.batch_id)


def held_against(connection: Connection, picture: "Picture", earlier: "Earlier") -> list[Likeness]:
    """Hold a photo against those earlier ones that share most words with it or with its mirror image.

    Args:
        connection: Open connection.
        picture: The photo.
        earlier: Pictures at hand.
    """
    from ml.vision.photo_words import words

    rows = connection.execute(
        "select photo_id, is_mirrored from ledger.evidence_candidates(%s, %s, %s, %s)",
        [words(picture), words(picture.mirrored), LEAST_WORDS, MOST_CANDIDATES],
    ).fetchall()
    candidates = [Candidate(*row) for row in rows]
    return likenesses(picture, ((one, earlier.picture(connection, one.photo_id)) for one in candidates))


def _keep(connection: Connection, event_id: str, name: str, found: list[int], failure: str | None, batch: Batch) -> int:
    row = connection.execute(
        """
        insert into raw.evidence_photos (event_id, photo_name, words, failure, read_at, is_synthetic)
        values (%s, %s, %s, %s, %s, %s)
        returning photo_id
        """,
        [event_id, name, found, failure, batch.received_at, batch.is_synthetic],
    ).fetchall()
    return int(row[0][0])


def _picture(path: Path) -> "Picture":
    if not path.is_file():
        raise EvidenceError(ABSENT)
    if path.stat().st_size > MOST_BYTES:
        raise EvidenceError(f"expected at most {MOST_BYTES:,} bytes, found more")
    return read_picture(path.read_bytes())
