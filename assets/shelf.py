"""The shelf: a folder, or a store that fsspec knows, for what outlives a machine.

Belongs here: opening it, and listing, reading, writing and removing its files. Does not belong here: which files there
are (reports/archive.py, cctv/states.py, cctv/contact_sheet.py).

Whoever reads a file sees the one before or the one behind, never half of one: a store shows an object when it is
complete, and in a folder the file is written beside and renamed.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

# A sweep has ten minutes: a store that does not answer is told of, not waited for.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 2}}}
}


class ShelfError(Exception):
    """A store that cannot be used."""


def shelf(place: str) -> Path:
    """Open a shelf.

    Args:
        place: A folder, or a URL such as `s3://bucket/folder`.

    Returns:
        A path; of a store one that is asked for its files anew each time, for other machines write there too.

    Raises:
        ShelfError: Nothing here knows such a URL, or the library for it is not installed.
    """
    protocol, separator, _ = place.partition("://")
    if not separator:
        return Path(place).expanduser().absolute()
    from fsspec import get_filesystem_class
    from upath import UPath

    try:
        get_filesystem_class(protocol)
    except ImportError as error:
        raise ShelfError(
            f"Expected the library that knows {protocol}:// of JSC_SHELF, found none ({error}). Install it into the"
            " platform's environment, or name another store"
        ) from error
    except ValueError as error:
        raise ShelfError(
            f"Expected a folder or a URL that fsspec knows, such as s3://bucket/folder, in JSC_SHELF, found"
            f" {protocol}://. Mend it"
        ) from error
    # It does what is asked of a path, without being one.
    return cast(Path, UPath(place, use_listings_cache=False, **OPTIONS.get(protocol, {})))


def files(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder of a shelf whose name fits a pattern, by name; none where there is no such folder."""
    with _told_of(folder, "be listed"):
        return sorted(folder.glob(pattern))


def read_whole(path: Path) -> bytes:
    """Read a file of a shelf.

    Raises:
        FileNotFoundError: There is none.
        ShelfError: The store does not give it.
    """
    with _told_of(path, "be read"):
        return path.read_bytes()


def write_whole(path: Path, content: bytes | Callable[[IO[bytes]], object]) -> None:
    """Write a file of a shelf, whole or not at all; folders before it are made.

    Args:
        path: The file.
        content: Bytes, or what writes them.

    Raises:
        ShelfError: The store does not take it.
    """
    if not isinstance(path, Path):
        whole = BytesIO()
        _write(content, whole)
        with _told_of(path, "be written"):
            path.fs.pipe_file(path.path, whole.getvalue())
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            _write(content, file)
        partial.replace(path)
    finally:
        # What a full disk left of it takes the room that is missing.
        partial.unlink(missing_ok=True)


def _write(content: bytes | Callable[[IO[bytes]], object], file: IO[bytes]) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        content(file)


def remove(path: Path) -> None:
    """Remove a file of a shelf; it may be gone already."""
    with _told_of(path, "be removed"):
        path.unlink(missing_ok=True)


@contextmanager
def _told_of(path: Path, what: str) -> Iterator[None]:
    """Say of a store what it did not do; a folder of this machine speaks for itself."""
    try:
        yield
    except Exception as error:
        if isinstance(path, Path) or (isinstance(error, FileNotFoundError) and what == "be read"):
            raise
        [found, *_] = [*str(error).splitlines(), ""]
        raise ShelfError(
            f"Expected {path} to {what}, found {type(error).__name__}: {found}. See that the store answers, that its"
            " bucket is there, and that this machine's key may list, read, write and delete in it (docs/variables.md)"
        ) from error
