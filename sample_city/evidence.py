"""Follow-up photos: drawn streets, before and after, and some that show an old photo again.

Belongs here: the pictures, who cheats how, and the truth of it.
Does not belong here: which events have photos (cases.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_city.bookings import Booked
from sample_city.cases import CaseEvent, draws_of

_REUSED_SHARE = 0.2
_HEIGHT, _WIDTH = 540, 960
_QUALITY = 70
# Grey levels before it is blurred over three pixels, which leaves a sixth of them.
_GRAIN = 24.0


# The alteration that replaces a part of the photo.
EDITED = "edited"


@dataclass(frozen=True)
class EvidencePhoto:
    """One photo with its truth.

    Attributes:
        event_id: The event that it came with.
        name: Its file.
        reuses: The file that it shows again; empty for an honest one.
        alteration: How it was altered; empty for an honest one.
    """

    event_id: str
    name: str
    reuses: str = ""
    alteration: str = ""


def write_evidence(landing: Path, cases: Iterable[Booked], seed: int) -> list[EvidencePhoto]:
    """Draw and write every photo of the events that are known, in their order."""
    folder = landing / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    shown = [event for booked in cases for event in booked.known if event.photos]
    photos: list[EvidencePhoto] = []
    honest: list[tuple[str, NDArray[np.uint8]]] = []
    for event in sorted(shown, key=lambda event: (event.occurred_at, event.event_id)):
        [name] = event.photos
        _, rng = draws_of(event.event_id, seed, 13)
        if rng.random() < _REUSED_SHARE and honest:
            old_name, old = honest[int(rng.integers(len(honest)))]
            alteration = str(rng.choice(list(_ALTERATIONS)))
            picture = _ALTERATIONS[alteration](old, rng)
            photos.append(EvidencePhoto(event.event_id, name, old_name, alteration))
        else:
            picture = _street(event, seed)
            honest.append((name, picture))
            photos.append(EvidencePhoto(event.event_id, name))
        cv2.imwrite(str(folder / name), picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return photos


def _street(event: CaseEvent, seed: int) -> NDArray[np.uint8]:
    """The street of the case, the same for all of its events, with what stands on it at that moment."""
    _, place = draws_of(f"{event.channel}/{event.source_record_id}", seed, 14)
    _, moment = draws_of(event.event_id, seed, 15)
    noise = cv2.GaussianBlur(place.integers(60, 200, (_HEIGHT, _WIDTH)).astype(np.uint8), (0, 0), 6)
    picture = np.asarray(cv2.normalize(noise, np.empty_like(noise), 40, 200, cv2.NORM_MINMAX), np.uint8)
    for _ in range(60):
        x, y = int(place.integers(0, _WIDTH - 60)), int(place.integers(0, 300))
        size = place.integers(10, 60, 2)
        cv2.rectangle(picture, (x, y), (x + int(size[0]), y + int(size[1])), int(place.integers(255)), -1)
    for _ in range(8):
        x, y = int(moment.integers(0, _WIDTH - 100)), int(moment.integers(320, _HEIGHT - 60))
        cv2.rectangle(picture, (x, y), (x + 90, y + 50), int(moment.choice((20, 235))), -1)
    # Leaves, shadows and the sensor's noise: without them two moments would be one photo with its cars painted over.
    grain = cv2.GaussianBlur(moment.normal(0, _GRAIN, picture.shape), (0, 0), 1.5)
    return np.asarray(np.clip(np.rint(picture + grain), 0, 255), np.uint8)


def _edited(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The lower part of the street painted over, as if the cars had gone."""
    edited = picture.copy()
    left, top = int(rng.integers(60, 400)), int(rng.integers(300, 340))
    patch = edited[top : top + 170, left : left + 420]
    grain = cv2.GaussianBlur(rng.normal(0, _GRAIN, patch.shape), (0, 0), 1.5)
    patch[:] = np.asarray(np.clip(np.rint(float(np.median(picture)) + grain), 0, 255), np.uint8)
    return edited


def _cropped(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    top, left = (int(rng.integers(10, 70)) for _ in range(2))
    return picture[top:, left:]


def _stamped(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    stamped = picture.copy()
    day = f"2026-11-{int(rng.integers(1, 30)):02}"
    cv2.putText(stamped, day, (30, _HEIGHT - 30), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 3)
    return stamped


def _mirrored(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    del rng
    return np.ascontiguousarray(picture[:, ::-1])


def _smaller(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    del rng
    return np.asarray(cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), np.uint8)


_ALTERATIONS = {
    "cropped": _cropped, "stamped": _stamped, "mirrored": _mirrored, "smaller": _smaller, EDITED: _edited,
}  # fmt: skip
