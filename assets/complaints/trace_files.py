"""Traces of a person in the landing folder: files that hold records of theirs beside those of others.

Belongs here: searching the files, taking the person out of one, and its receipt. Does not belong here: how a person is
written (spellings.py), files that hold nothing else (forget.py).
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from psycopg import Connection

from assets.complaints.spellings import Spellings


def mask_files(connection: Connection, landing: Path, spellings: Spellings) -> list[str]:
    """Take a person out of every file that holds them; return the paths, relative to the landing folder.

    The receipt follows the file, so that it is not read again.
    """
    masked = []
    for file in list(_theirs(landing, spellings)):
        before = file.read_bytes()
        after = spellings.mask_file(before)
        if after == before:
            continue
        _replace(landing, file, after)
        path = file.relative_to(landing).as_posix()
        connection.execute(
            "update raw.landing_files set content_hash = %s, byte_count = %s where path = %s and content_hash = %s",
            [hashlib.sha256(after).hexdigest(), len(after), path, hashlib.sha256(before).hexdigest()],
        )
        masked.append(path)
    return masked


def find_in_files(landing: Path, spellings: Spellings) -> list[str]:
    """Search a person in every file of the landing folder; return the paths that hold them."""
    return [file.relative_to(landing).as_posix() for file in _theirs(landing, spellings)]


def _theirs(landing: Path, spellings: Spellings) -> Iterator[Path]:
    for file in sorted(landing.rglob("*")):
        if file.is_file() and spellings.are_in(file.read_bytes()):
            yield file


def _replace(landing: Path, file: Path, content: bytes) -> None:
    """Write a file anew, whole or not at all, with the time that it had."""
    status = file.stat()
    with NamedTemporaryFile(dir=landing, prefix=".forget-", delete=False) as new:
        new.write(content)
    Path(new.name).chmod(status.st_mode)
    os.utime(new.name, ns=(status.st_atime_ns, status.st_mtime_ns))
    Path(new.name).replace(file)
