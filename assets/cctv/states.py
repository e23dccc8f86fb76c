"""States of the live cameras between two slots: one packed array per shard on a shelf, a file for each slot.

Belongs here: files of states. Does not belong here: what a state holds (ml/vision/state.py).

A slot is judged by the newest states before it, and writes files of its own: swept again, because the database or a
worker died in the middle, it begins where it began before. Files of earlier slots go once the slot is kept.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np

from assets.shelf import files, read_whole, remove, write_whole
from ml.vision.state import STATE, State, new_states

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_SLOT = "%Y%m%dT%H%MZ"

_PACKED = ".npy.zst"
# A state hardly repeats itself: looking for it less takes two thirds of the time and four hundredths more room.
_QUICKLY: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 1,
    zstd.CompressionParameter.min_match: 7,
    zstd.CompressionParameter.hash_log: 6,
    zstd.CompressionParameter.window_log: 17,
}
# As releases before 2026-12 left them.
_PLAIN = ".npy"


class StatesError(ValueError):
    """States cannot be used by this code."""


def load_states(folder: Path, shard: int, slot: datetime, camera_ids: Sequence[str]) -> State:
    """Read the states of a shard's cameras as they were before a slot.

    Args:
        folder: Where the files are.
        shard: Number of the shard.
        slot: Start of the slot, UTC.
        camera_ids: Whose states; a camera without one begins anew.

    Returns:
        Shape (cameras,), dtype STATE, in the order asked for.

    Raises:
        StatesError: A file was written by code with another record, or is torn.
    """
    states = new_states(len(camera_ids))
    place = {camera_id: number for number, camera_id in enumerate(camera_ids)}
    # First where the shard's cameras mostly are; then with the others, for a longer list deals its cameras anew.
    newest = _newest(folder, slot)
    for other in sorted(newest, key=lambda other: other != shard):
        if not place:
            break
        path = newest[other]
        ids = json.loads(read_whole(path.with_name(f"{_stem(path)}.json")))
        if ids["record"] != record_digest():
            raise StatesError(
                f"expected states of the record {record_digest()}, found {ids['record']} in {path.name};"
                f" remove {folder.name} to learn the cameras anew"
            )
        if ids["cameras"] == list(camera_ids):
            return _array(path)
        found = [
            (number, place.pop(camera_id)) for number, camera_id in enumerate(ids["cameras"]) if camera_id in place
        ]
        if found:
            theirs, ours = map(list, zip(*found, strict=True))
            states[ours] = _array(path)[theirs]
    return states


def _array(path: Path) -> State:
    """The states of a file.

    Raises:
        StatesError: It is torn.
    """
    content = BytesIO(read_whole(path))
    try:
        if path.name.endswith(_PLAIN):
            return np.asarray(np.lib.format.read_array(content))
        with zstd.open(content) as unpacked:
            return np.asarray(np.lib.format.read_array(unpacked))
    except (ValueError, EOFError, zstd.ZstdError) as error:
        raise StatesError(
            f"expected packed states in {path.name}, found what cannot be unpacked ({error}); remove it to learn its"
            " cameras anew"
        ) from error


def _newest(folder: Path, slot: datetime) -> dict[int, Path]:
    """The newest file of each shard before a slot."""
    newest: dict[int, Path] = {}
    for path in sorted(path for ending in (_PLAIN, _PACKED) for path in files(folder, f"*-*{ending}")):
        if _slot_of(path) < f"{slot:{_SLOT}}":
            newest[int(path.name.partition("-")[0])] = path
    return newest


def save_states(folder: Path, shard: int, slot: datetime, camera_ids: Sequence[str], states: State) -> None:
    """Write the states of a shard as they are behind a slot; whole or not at all."""
    stem = f"{shard:04d}-{slot:{_SLOT}}"
    said = json.dumps({"record": record_digest(), "cameras": list(camera_ids)})

    def pack(file: IO[bytes]) -> None:
        with zstd.open(file, "wb", options=_QUICKLY) as packed:
            np.lib.format.write_array(packed, states)

    write_whole(folder / f"{stem}.json", said.encode())
    write_whole(folder / f"{stem}{_PACKED}", pack)


def forget_earlier(folder: Path, slot: datetime) -> None:
    """Remove what slots before this one left, now that it is kept."""
    for path in files(folder, "*-*.*"):
        if _slot_of(path) < f"{slot:{_SLOT}}":
            remove(path)


def record_digest() -> str:
    """Tell one layout of STATE from another."""
    return hashlib.blake2b(repr(STATE.descr).encode(), digest_size=6).hexdigest()


def _stem(path: Path) -> str:
    return path.name.partition(".")[0]


def _slot_of(path: Path) -> str:
    return _stem(path).partition("-")[2]
