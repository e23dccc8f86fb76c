"""A contact sheet of the faulty cameras of one sweep, for a person who looks for what is wrong.

Belongs here: thumbnails side by side, the files of them and when they go. Does not belong here: which camera is faulty
(ml/vision/health.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from assets.clock import city_zone
from assets.shelf import files, remove, write_whole

# Whoever repairs a camera looks at last week's pictures; nobody needs older ones of a public street.
KEPT_FOR = timedelta(days=14)
COLUMNS, MOST = 8, 64
_WIDTH, _HEIGHT, _LINE = 120, 68, 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """Pictures of faulty cameras side by side, as PNG, with each camera's name and fault."""

    png: bytes

    def keep(self, folder: Path, slot: datetime) -> Path:
        """Write the sheet of a slot, and say where it lies."""
        path = folder / f"{slot.astimezone(city_zone()):%Y-%m-%d-%H%M}.png"
        write_whole(path, self.png)
        return path


def forget_sheets(folder: Path, now: datetime) -> int:
    """Delete the sheets that nobody needs any more; returns how many."""
    oldest = f"{(now - KEPT_FOR).astimezone(city_zone()):%Y-%m-%d-%H%M}.png"
    old = [file for file in files(folder, "*.png") if file.name < oldest]
    for file in old:
        remove(file)
    return len(old)


def contact_sheet(thumbnails: Mapping[str, bytes], statuses: Mapping[str, str]) -> Sheet | None:
    """Draw the sheet.

    Args:
        thumbnails: JPEG by camera.
        statuses: Health by camera.

    Returns:
        The sheet, of at most `MOST` cameras; None where no camera sent a faulty picture.
    """
    chosen = sorted(thumbnails, key=lambda camera: (statuses[camera], camera))[:MOST]
    if not chosen:
        return None
    tiles = [_tile(thumbnails[camera], camera[-17:], statuses[camera]) for camera in chosen]
    blank = np.full_like(tiles[0], 255)
    rows = [tiles[start : start + COLUMNS] for start in range(0, len(tiles), COLUMNS)]
    width = min(COLUMNS, len(tiles))
    sheet = np.vstack([np.hstack(row + [blank] * (width - len(row))) for row in rows])
    _, encoded = cv2.imencode(".png", sheet)
    return Sheet(bytes(encoded))


def _tile(thumbnail: bytes, name: str, status: str) -> np.ndarray:
    picture = np.asarray(cv2.imdecode(np.frombuffer(thumbnail, np.uint8), cv2.IMREAD_GRAYSCALE))
    tile = np.full((_HEIGHT + 2 * _LINE + 6, _WIDTH + 6), 255, np.uint8)
    tile[3 : 3 + _HEIGHT, 3 : 3 + _WIDTH] = cv2.resize(picture, (_WIDTH, _HEIGHT))
    for line, text in enumerate((name, status.replace("_", " "))):
        where = (3, 3 + _HEIGHT + _LINE * (line + 1) - 3)
        cv2.putText(tile, text, where, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 0, 1, cv2.LINE_AA)
    return tile
