"""A contact sheet of the faulty cameras of one sweep, for a person who looks for what is wrong.

Belongs here: thumbnails side by side. Does not belong here: which camera is faulty (ml/vision/health.py).

Nothing of it is written to a file: it lives in the run's record, which a later sweep deletes.
"""

import base64
from collections.abc import Mapping
from datetime import timedelta

import cv2
import numpy as np

# Whoever repairs a camera looks at last week's pictures; nobody needs older ones of a public street.
KEPT_FOR = timedelta(days=14)
COLUMNS, MOST = 8, 64
_WIDTH, _HEIGHT, _LINE = 120, 68, 14


def contact_sheet(thumbnails: Mapping[str, bytes], statuses: Mapping[str, str]) -> str | None:
    """Draw the sheet.

    Args:
        thumbnails: JPEG by camera.
        statuses: Health by camera.

    Returns:
        Markdown with the picture in it; None where no camera sent a faulty picture.
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
    picture = base64.b64encode(bytes(encoded)).decode()
    left_out = f", {len(thumbnails) - len(chosen)} more not shown" if len(thumbnails) > len(chosen) else ""
    return f"{len(thumbnails)} cameras with a faulty picture{left_out}\n\n![faulty](data:image/png;base64,{picture})"


def _tile(thumbnail: bytes, name: str, status: str) -> np.ndarray:
    picture = np.asarray(cv2.imdecode(np.frombuffer(thumbnail, np.uint8), cv2.IMREAD_GRAYSCALE))
    tile = np.full((_HEIGHT + 2 * _LINE + 6, _WIDTH + 6), 255, np.uint8)
    tile[3 : 3 + _HEIGHT, 3 : 3 + _WIDTH] = cv2.resize(picture, (_WIDTH, _HEIGHT))
    for line, text in enumerate((name, status.replace("_", " "))):
        where = (3, 3 + _HEIGHT + _LINE * (line + 1) - 3)
        cv2.putText(tile, text, where, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 0, 1, cv2.LINE_AA)
    return tile
