"""The shelf: a folder, or a store that fsspec knows, for what outlives a machine.

Belongs here: opening it, and writing a file of it whole. Does not belong here: which files there are (reports/archive.py,
cctv/states.py, cctv/contact_sheet.py).

Whoever reads a file sees the one before or the one behind, never half of one: a store shows an object when it is
complete, and in a folder the file is written beside and renamed.
"""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, cast


def shelf(place: str) -> Path:
    """Open a shelf.

    Args:
        place: A folder, or a URL such as `s3://bucket/folder`.

    Returns:
        A path; of a store one that is asked for its files anew each time, for other machines write there too.

    Raises:
        ValueError: Nothing here knows such a URL.
    """
    if "://" not in place:
        return Path(place).expanduser()
    from upath import UPath

    # It does what is asked of a path, without being one.
    return cast(Path, UPath(place, use_listings_cache=False))


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file of a shelf, whole or not at all; folders before it are made.

    Args:
        path: The file.
        write: Writes into what it is given.
    """
    if not isinstance(path, Path):
        content = BytesIO()
        write(content)
        path.write_bytes(content.getbuffer())
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            write(file)
        partial.replace(path)
    finally:
        # What a full disk left of it takes the room that is missing.
        partial.unlink(missing_ok=True)
