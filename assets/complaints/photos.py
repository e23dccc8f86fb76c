"""Photos of complaints: fetched once, hashed, and kept as evidence is held against; of public ones a small picture too.

Belongs here: which photos are fetched from where, what is made of them.
Does not belong here: the hash (ml/vision/photo_hash), what a photo that was used before means (triage/credible), how
long a picture is kept (pictures.py), what a follow-up photo is held against (report_photos.py).

Anybody can write any URL into a complaint: only hosts that the city names are asked (`JSC_PHOTO_HOSTS`), without any
credential. The pictures of e-mails are in the message.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from psycopg import Connection
from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Report, Visibility
from assets.complaints.pictures import keep_pictures
from assets.complaints.report_photos import Known, keep_report_photos, known
from assets.sources.bounded import BoundedClient, Bounds, OutOfBoundsError
from assets.sources.records import Record
from assets.storage import merge_rows
from database.settings import Variables

Transaction = Callable[[], AbstractContextManager[Connection]]

MOST_BYTES = 20 * 1024 * 1024
# Seconds until a whole photo is there, whatever drips in meanwhile.
LONGEST_FETCH_S = 60.0
# Records whose photos are read in one transaction, and photos of one of them.
CHUNK = 200
MOST_OF_ONE = 10

COLUMNS = (
    "inbox_id", "photo_number", "complaint_id", "perceptual_hash", "band_0", "band_1", "band_2", "band_3", "failure",
    "read_at",
)  # fmt: skip


class PhotoSettings(Variables):
    """Whose photos may be fetched.

    Attributes:
        hosts: Names of the hosts that keep the channels' photos, a JSON list; none are asked by default.
        timeout_s: Seconds until a photo counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_PHOTO_")

    hosts: frozenset[str] = frozenset()
    timeout_s: float = 10.0


class PhotoError(Exception):
    """A photo that cannot be had or read; names kinds, never what it shows."""


@dataclass(frozen=True)
class Photographed:
    """A pending record with photos; `is_public` where its reporter did not choose otherwise."""

    inbox_id: int
    channel: str
    source_record_id: str
    payload: dict[str, Any]
    urls: tuple[str, ...]
    is_public: bool


@dataclass(frozen=True)
class Seen:
    """What is made of a photo; `picture` of one that anybody may see."""

    digest: int
    known: Known
    picture: bytes | None


@dataclass
class Read:
    """Rows of ledger.photos, and what is kept beside them: inbox record, number of the photo, and what it is."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    known: list[tuple[int, int, Known]] = field(default_factory=list)
    pictures: list[tuple[int, int, bytes]] = field(default_factory=list)


def hash_photos(transaction: Transaction, settings: PhotoSettings, now: datetime) -> int:
    """Hash the photos of the records that wait for triage; returns how many photos were read or tried.

    Args:
        transaction: Opens a connection and a transaction; none is open while a host is asked.
        settings: Which hosts may be asked.
        now: When.
    """
    # Without a host to ask, only what a payload encloses can be had.
    channels = [code for code, channel in CHANNELS.items() if settings.hosts or channel.enclosed]
    count = last = 0
    while True:
        with transaction() as connection:
            records, last = _waiting(connection, channels, last)
        if not last:
            return count
        read = Read()
        for record in records:
            _read(record, settings, now, read)
        with transaction() as connection:
            # The clerk and a run may read the same photos at once: who is second adds nothing.
            merge_rows(connection, "ledger.photos", COLUMNS, read.rows, key=COLUMNS[:2])
            keep_report_photos(connection, read.known, now)
            keep_pictures(connection, read.pictures, now)
        count += len(read.rows)


def _waiting(connection: Connection, channels: Sequence[str], after: int) -> tuple[list[Photographed], int]:
    """The next records of the queue that have photos nobody read, and the last record looked at; 0 at the end."""
    rows = connection.execute(
        """
        select pending.inbox_id, pending.channel, pending.source_record_id, payloads.payload
        from raw.pending
        inner join private.payloads using (inbox_id)
        where pending.inbox_id > %s and pending.channel = any(%s)
            and not exists (select from ledger.photos where photos.inbox_id = pending.inbox_id)
        order by pending.inbox_id
        limit %s
        """,
        [after, list(channels), CHUNK],
    ).fetchall()
    records = []
    for inbox_id, channel, source, payload in rows:
        report = _parsed(channel, Record(source, payload))
        if report is not None and report.photo_urls:
            is_public = report.visibility is Visibility.PUBLIC
            urls = report.photo_urls[:MOST_OF_ONE]
            records.append(Photographed(inbox_id, channel, source, payload, urls, is_public))
    return records, rows[-1][0] if rows else 0


def _parsed(channel: str, record: Record) -> Report | None:
    """Parse a record for its photos; one that does not parse is the ledger's to book."""
    try:
        content = CHANNELS[channel].parse(record)
    except Exception:  # whatever a parser raises, the photos of the others are read
        return None
    return content if isinstance(content, Report) else None


def _read(record: Photographed, settings: PhotoSettings, now: datetime, read: Read) -> None:
    """Read the photos of a record, and add what is made of them."""
    from ml.vision.photo_hash import bands

    complaint_id = complaint_id_for(record.channel, record.source_record_id)
    for number, url in enumerate(record.urls):
        try:
            seen = _seen(record, url, settings)
        except PhotoError as error:
            read.rows.append((record.inbox_id, number, complaint_id, None, *(None,) * 4, str(error), now))
        else:
            own = (record.inbox_id, number)
            read.rows.append((*own, complaint_id, seen.digest, *bands(seen.digest), None, now))
            read.known.append((*own, seen.known))
            if seen.picture is not None:
                read.pictures.append((*own, seen.picture))


def _seen(record: Photographed, url: str, settings: PhotoSettings) -> Seen:
    from ml.vision.small_picture import small_picture

    try:
        content = _content(record, url, settings)
        return Seen(_digest(content), known(content), small_picture(content) if record.is_public else None)
    except PhotoError:
        raise
    except Exception as error:  # whatever one photo raises, it costs itself only
        raise PhotoError(f"expected a photo, found {type(error).__name__}") from error


def _content(record: Photographed, url: str, settings: PhotoSettings) -> bytes:
    enclosed = CHANNELS[record.channel].enclosed
    if enclosed is not None and url.startswith("mid:"):
        content = enclosed(record.payload, url)
        if content is None:
            raise PhotoError("expected an image in the message, found none")
        return content
    try:
        parts = urlsplit(url)
    except ValueError:
        raise PhotoError("expected the URL of a photo, found one that cannot be read") from None
    if parts.scheme not in ("http", "https") or parts.hostname not in settings.hosts:
        raise PhotoError("expected a photo at a host of JSC_PHOTO_HOSTS, found another")
    return _fetched(url, settings.timeout_s)


def _fetched(url: str, timeout_s: float) -> bytes:
    import httpx

    bounds = Bounds(MOST_BYTES, most_s=LONGEST_FETCH_S, silence_s=timeout_s)
    try:
        with BoundedClient() as client:
            answer = client.ask("GET", url, bounds)
    except OutOfBoundsError as error:
        raise PhotoError(f"expected {error}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PhotoError(f"expected a photo, found {type(error).__name__}") from None
    if not answer.is_success:
        raise PhotoError(f"expected a photo, found status {answer.status_code}")
    return answer.content


def _digest(content: bytes) -> int:
    from ml.vision.decode import FrameError, decode_photo
    from ml.vision.photo_hash import photo_hash

    try:
        digest = photo_hash(decode_photo(content))
    except FrameError as error:
        raise PhotoError(f"expected a JPEG or PNG, found {type(error).__name__}") from None
    if digest is None:
        raise PhotoError("expected a picture of something, found next to nothing")
    return digest
