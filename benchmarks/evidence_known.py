"""Claim: one follow-up photo among a million known ones is judged within half a second.

Belongs here: a database of so many photos, and how long one more takes. Does not belong here: how often the verdict is
right (evidence.py), the search itself (ledger.evidence_candidates).

A million photos are not to be had: their words are drawn from those of the real photos, with bits turned at random
until two photos share as many words as two real ones of different cameras do. The pictures are real ones, and lie only
where a follow-up is held against one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import psycopg

from assets.cases.evidence import Earlier, held_against
from assets.cases.known_words import note_common_words
from assets.cases.likeness import LEAST_WORDS, MOST_CANDIDATES
from assets.complaints.comparable import packed, read_picture
from benchmarks.evidence import SEED, SENT_ON, NoPhotosError
from benchmarks.evidence_edits import painted, part
from benchmarks.own_server import own_server
from database.migrate import migrate
from database.server import database_url
from ml.vision.photo_match import prepare
from ml.vision.photo_words import words

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Tell = Callable[[str], None]
BAR_S = 0.5
# Groups of words, bits of a word, and words of one photo in each group (ml.vision.photo_words).
GROUPS, GROUP_BITS, OF_GROUP = 3, 28, 100
# Photos that are written at a time, judged of either kind, and from how many one is looked at for what photos share.
AT_A_TIME, JUDGED, EVERY = 20_000, 20, 8
# What one row of the copy is: two texts, the words, the time, and that it is synthetic.
NAME = 14
ROW = np.dtype(
    [
        ("fields", ">i2"), ("event_length", ">i4"), ("event", f"S{NAME}"), ("name_length", ">i4"), ("name", f"S{NAME}"),
        ("words_length", ">i4"), ("dimensions", ">i4"), ("nulls", ">i4"), ("type", ">i4"), ("count", ">i4"),
        ("lower", ">i4"), ("words", [("length", ">i4"), ("word", ">i8")], (GROUPS * OF_GROUP,)),
        ("time_length", ">i4"), ("time", ">i8"), ("flag_length", ">i4"), ("flag", "u1"),
    ]
)  # fmt: skip
BIGINT, HEADER = 20, b"PGCOPY\n\xff\r\n\x00" + bytes(8)


class Photo(NamedTuple):
    """A real photo: its camera, its file's content, its words and its picture as it is kept."""

    camera: str
    content: bytes
    words: list[int]
    picture: bytes


def measure_known(folder: Path, counts: Sequence[int], tell: Tell) -> list[str]:
    """How long one follow-up is judged among so many known photos.

    Args:
        folder: One folder of snapshots per camera.
        counts: Numbers of known photos, ascending; each is measured on the rows of the one before and more.
        tell: Called with each step as it begins.

    Returns:
        One line per count.

    Raises:
        NoPhotosError: The folder holds no snapshots of two cameras.
    """
    photos = [_photo(file) for file in sorted(folder.glob("*/*.jpg"))]
    known, unknown = photos[::2], photos[1::2]
    draw = _Words(photos)
    lines = [f"words of known photos: {draw.told}"]
    with own_server() as settings:
        url = database_url(settings)
        migrate(url)
        for before, count in pairwise([0, *counts]):
            tell(f"{count:,} known photos")
            _fill(url, before, count, known, draw)
            lines.append(_judged(url, count, known, unknown))
    return lines


def _photo(file: Path) -> Photo:
    content = file.read_bytes()
    picture = read_picture(content)
    return Photo(file.parent.name, content, words(picture), packed(picture))


class _Words:
    """Draws words of photos that nobody has."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._rng = np.random.default_rng(SEED)
        real = np.unique(np.concatenate([np.array(photo.words, np.int64) for photo in photos]))
        self._groups = [real[real >> GROUP_BITS == group] & ((1 << GROUP_BITS) - 1) for group in range(GROUPS)]
        views = [(photo.camera, _without_rim(photo.content)) for photo in photos[::EVERY]]
        apart = [
            len(np.intersect1d(own, other))
            for at, (camera, own) in enumerate(views)
            for another, other in views[:at]
            if another != camera
        ]
        if not apart:
            raise NoPhotosError("expected snapshots of two cameras, to see what photos of different places share")
        share, told = float(np.mean(apart)), []
        # Drawn numbers joined by "and" turn one bit in 4, 8, 16 and so on: as many as leave no less in common.
        for self._joined in (6, 5, 4, 3, 2):
            drawn = self.draw(20 * len(views))
            told.append(np.mean([len(np.intersect1d(row, views[at % len(views)][1])) for at, row in enumerate(drawn)]))
            if told[-1] < share:
                break
        enough = [joined for joined, found in zip((6, 5, 4, 3, 2), told, strict=False) if found >= share] or [6]
        self._joined = enough[-1]
        self.told = (
            f"two real photos of different cameras share {share:.2f} words, a real and a drawn one"
            f" {told[len(enough) - 1]:.2f} (one bit in {2**self._joined} turned)"
        )

    def draw(self, count: int) -> NDArray[np.int64]:
        """Words of so many photos, shape (count, GROUPS * OF_GROUP)."""
        drawn = []
        for group, known in enumerate(self._groups):
            chosen = known[self._rng.integers(0, len(known), (count, OF_GROUP))]
            turned = self._rng.integers(0, 1 << GROUP_BITS, (self._joined, count, OF_GROUP))
            drawn.append((chosen ^ np.bitwise_and.reduce(turned, axis=0)) | (group << GROUP_BITS))
        return np.concatenate(drawn, axis=1)


def _without_rim(content: bytes) -> NDArray[np.int64]:
    """Words of a photo without its upper and lower rim, where operators write the same on all their cameras."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    rim = grey.shape[0] // 8
    return np.array(words(prepare(np.ascontiguousarray(grey[rim:-rim]))), np.int64)


def _fill(url: str, before: int, count: int, known: Sequence[Photo], draw: _Words) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '2GB'; set max_parallel_maintenance_workers = 0")
        connection.execute("drop index raw.evidence_photos_by_words")
        for start in range(before, count, AT_A_TIME):
            rows = _rows(start, draw.draw(min(AT_A_TIME, count - start)))
            copied = "copy raw.evidence_photos (event_id, photo_name, words, read_at, is_synthetic)"
            with connection.cursor() as cursor, cursor.copy(f"{copied} from stdin (format binary)".encode()) as copy:
                copy.write(HEADER + rows.tobytes() + b"\xff\xff")
        if not before:
            for number, photo in enumerate(known):
                connection.execute(
                    "insert into raw.evidence_photos (event_id, photo_name, words, read_at, is_synthetic)"
                    " values (%s, 'real', %s, now(), true)",
                    [f"real-{number}", photo.words],
                )
        connection.execute(
            "create index evidence_photos_by_words on raw.evidence_photos using gin (words) with (fastupdate = off)"
        )
        connection.execute(
            "insert into private.evidence_pictures select photo_id, '' from raw.evidence_photos on conflict do nothing"
        )
        for number, photo in enumerate(known):
            connection.execute(
                "update private.evidence_pictures set picture = %s from raw.evidence_photos as photos"
                " where photos.photo_id = evidence_pictures.photo_id and photos.event_id = %s",
                [photo.picture, f"real-{number}"],
            )
        connection.execute("vacuum analyze raw.evidence_photos, private.evidence_pictures")
        note_common_words(connection)


def _rows(start: int, drawn: NDArray[np.int64]) -> NDArray[np.void]:
    """Rows as PostgreSQL's binary copy wants them."""
    rows = np.zeros(len(drawn), ROW)
    names = [f"known-{number:08d}" for number in range(start, start + len(drawn))]
    rows["fields"], rows["event_length"], rows["name_length"] = 5, NAME, NAME
    rows["event"] = rows["name"] = names
    rows["words_length"] = 20 + 12 * drawn.shape[1]
    rows["dimensions"], rows["type"], rows["count"], rows["lower"] = 1, BIGINT, drawn.shape[1], 1
    rows["words"]["length"], rows["words"]["word"] = 8, np.sort(drawn, axis=1)
    rows["time_length"], rows["flag_length"], rows["flag"] = 8, 1, 1
    return rows


def _judged(url: str, count: int, known: Sequence[Photo], unknown: Sequence[Photo]) -> str:
    rng = np.random.default_rng(SEED)
    step = max(1, len(known) // JUDGED)
    copies = [_edited(photo.content, rng) for photo in known[::step][:JUDGED]]
    honest = [photo.content for photo in unknown[::step][:JUDGED]]
    with psycopg.connect(url) as connection:
        for content in (*copies, *honest):
            _give_pictures(connection, content, known)
        seconds, found = [], 0
        for content, is_copy in [(content, True) for content in copies] + [(content, False) for content in honest]:
            begin = time.perf_counter()
            likes = held_against(connection, read_picture(content), Earlier())
            seconds.append(time.perf_counter() - begin)
            found += is_copy and any(like.is_copy for like in likes)
        [(size, common)] = connection.execute(
            "select pg_size_pretty(pg_total_relation_size('raw.evidence_photos')), count(*) from ledger.common_words"
        ).fetchall()
    return (
        f"{count:,} known photos: one follow-up judged in {np.median(seconds):.3f} s, the slowest of {len(seconds)}"
        f" {max(seconds):.3f} s (bar: {BAR_S}); {found} of {len(copies)} edited copies found; {size},"
        f" {common:,} common words"
    )


def _give_pictures(connection: psycopg.Connection, content: bytes, known: Sequence[Photo]) -> None:
    """Put a real picture wherever this photo will be held against one."""
    picture = read_picture(content)
    rows = connection.execute(
        "select photo_id from ledger.evidence_candidates(%s, %s, %s, %s)"
        " inner join private.evidence_pictures using (photo_id) where picture = ''",
        [words(picture), words(picture.mirrored), LEAST_WORDS, MOST_CANDIDATES],
    ).fetchall()
    for (photo_id,) in rows:
        connection.execute(
            "update private.evidence_pictures set picture = %s where photo_id = %s",
            [known[photo_id % len(known)].picture, photo_id],
        )


def _edited(content: bytes, rng: np.random.Generator) -> bytes:
    """A tenth painted over, halved, stamped and compressed, as a file."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    finish = SENT_ON["halved, stamped and compressed to 60"]
    copy = finish(painted(grey, part(grey.shape, 0.1, rng), rng), rng)
    return bytes(cv2.imencode(".jpg", copy, [cv2.IMWRITE_JPEG_QUALITY, 90])[1])
