"""The landing folder: which files are new, and the receipt that makes reading twice add nothing.

Belongs here: files, receipts, quarantine, the inventory of folders.
Does not belong here: what a file says (each channel's module).
"""

import hashlib
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg import Connection

from assets.storage import copy_rows

SYNTHETIC_MARKER = "SYNTHETIC"


@dataclass(frozen=True)
class Batch:
    """One reading of one folder: who reads, when, and whether what lies there is synthetic."""

    batch_id: str
    channel: str
    received_at: datetime
    is_synthetic: bool


@dataclass(frozen=True)
class LandingFile:
    """A file of the landing folder with its bytes; `path` is relative to the landing folder."""

    path: str
    content: bytes
    modified_at: datetime

    @property
    def content_hash(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Quarantined:
    """A payload that could not be read: where it lay, its bytes, and why.

    `source_record_id` names a record whose payload does not parse; None marks bytes that could not be split.
    """

    origin: str
    content: bytes
    reason: str
    source_record_id: str | None = None


class LandingError(Exception):
    """The landing folder is not there."""


def open_batch(landing: Path, channel: str, batch_id: str, now: datetime) -> Batch:
    """The batch of one channel, synthetic where the folder says so.

    Raises:
        LandingError: The landing folder does not exist.
    """
    if not landing.is_dir():
        raise LandingError(f"Expected a landing folder, found none at {landing}. Create it or give --landing.")
    return Batch(batch_id, channel, now, (landing / SYNTHETIC_MARKER).exists())


def new_files(connection: Connection, landing: Path, channel: str, refused: list[Quarantined]) -> Iterator[LandingFile]:
    """Files of `<landing>/<channel>/**` without a receipt, in the order of their paths.

    A file whose size and time are those of its receipt is not opened, so a second reading costs a listing.

    Args:
        connection: Open connection.
        landing: The landing folder.
        channel: Name of the folder.
        refused: What lies there and is no file that can be read; added to.
    """
    known = {
        (path, byte_count, modified_at)
        for path, byte_count, modified_at in connection.execute(
            "select path, byte_count, modified_at from raw.landing_files where channel = %s", [channel]
        )
    }
    for file in sorted((landing / channel).rglob("*")):
        path = file.relative_to(landing).as_posix()
        try:
            status = file.stat()
            if stat.S_ISDIR(status.st_mode) and not file.is_symlink():
                continue
            if not stat.S_ISREG(status.st_mode):
                refused.append(Quarantined(path, b"", f"expected a file, found {_kind(status.st_mode)}"))
                continue
            modified_at = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000 / 1000, UTC)
            if (path, status.st_size, modified_at) in known:
                continue
            content = file.read_bytes()
        except (OSError, ValueError, OverflowError) as error:
            found = (
                "a link that leads nowhere"
                if file.is_symlink()
                else f"one that cannot be opened ({type(error).__name__})"
            )
            refused.append(Quarantined(path, b"", f"expected a file, found {found}"))
        else:
            yield LandingFile(path, content, modified_at)


def _kind(mode: int) -> str:
    """What is no file, in words. A named pipe would be waited for without end."""
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a link to a folder"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def write_receipts(connection: Connection, batch: Batch, files: Sequence[LandingFile]) -> dict[str, int]:
    """Book files as read and return the file_id of each path."""
    receipts: dict[str, int] = {}
    for file in files:
        [(receipts[file.path],)] = connection.execute(
            """
            insert into raw.landing_files
                (channel, path, content_hash, byte_count, modified_at, received_at, batch_id, is_synthetic)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (channel, path, content_hash) do update set modified_at = excluded.modified_at
            returning file_id
            """,
            [
                batch.channel,
                file.path,
                file.content_hash,
                len(file.content),
                file.modified_at,
                batch.received_at,
                batch.batch_id,
                batch.is_synthetic,
            ],
        ).fetchall()
    return receipts


def write_quarantine(connection: Connection, batch: Batch, items: Iterable[Quarantined]) -> int:
    """Keep unreadable payloads with their reason and bytes; return how many were not held yet."""
    count = 0
    for item in items:
        row = connection.execute(
            """
            insert into raw.quarantine
                (channel, origin, content_hash, reason, quarantined_at, batch_id, kind, source_record_id)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (channel, origin, content_hash) do update
            set reason = excluded.reason, quarantined_at = excluded.quarantined_at, batch_id = excluded.batch_id,
                replayed_at = null, replayed_batch_id = null
            -- What was replayed and fails again is held again; what is held already is known.
            where quarantine.replayed_at is not null
            returning quarantine_id
            """,
            [
                batch.channel,
                item.origin,
                hashlib.sha256(item.content).hexdigest(),
                item.reason,
                batch.received_at,
                batch.batch_id,
                "delivery" if item.source_record_id is None else "record",
                item.source_record_id,
            ],
        ).fetchone()
        if row is not None:
            copy_rows(
                connection,
                "private.quarantined_payloads",
                ["quarantine_id", "payload"],
                [(row[0], item.content)],
            )
            count += 1
    return count


def write_inventory(connection: Connection, landing: Path, readers: Collection[str], now: datetime) -> list[str]:
    """Book what lies in each folder of the landing folder; return the folders that no adapter reads.

    Args:
        connection: Open connection; the caller owns the transaction.
        landing: The landing folder.
        readers: Names of the folders that an adapter reads.
        now: As-of time.
    """
    rows = []
    for folder in sorted(entry for entry in landing.iterdir() if entry.is_dir()):
        sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
        rows.append((folder.name, folder.name if folder.name in readers else None, len(sizes), sum(sizes), now))
    connection.execute("delete from raw.landing_inventory")
    copy_rows(
        connection,
        "raw.landing_inventory",
        ["folder", "channel", "file_count", "byte_count", "as_of"],
        rows,
    )
    return [folder for folder, channel, *_ in rows if channel is None]


def synthetic_as_of(landing: Path) -> datetime | None:
    """The moment at which a synthetic city stands still, from its marker; None for a real one.

    Its data end there: measured by today's clock every case of it would be overdue.
    """
    said = _said(landing, "as_of")
    return datetime.fromisoformat(said) if said is not None else None


def synthetic_city(landing: Path) -> str | None:
    """What a synthetic city was drawn with, from its marker; None for a real one."""
    return _said(landing, "city")


def _said(landing: Path, name: str) -> str | None:
    """What the marker of a synthetic city says behind a name."""
    marker = landing / SYNTHETIC_MARKER
    if not marker.is_file():
        return None
    for line in marker.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}: "):
            return line.removeprefix(f"{name}: ").strip()
    return None
