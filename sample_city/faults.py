"""What goes wrong with a camera of the sample, when, and how its pictures look then; and rain, which is no fault.

Belongs here: faults and the weather in front of the lens. Does not belong here: the scene and its light (frames.py).
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

Picture = np.ndarray

_MISSING_SHARE, _TORN_SHARE, _TEXT_SHARE = 0.012, 0.007, 0.004

# 15:00 to 17:00, as it rains on the equator.
RAINY_SLOTS = range(90, 102)


class FrameStatus(StrEnum):
    """What is true of a frame."""

    MISSING = "missing"
    NOT_AN_IMAGE = "not_an_image"
    TORN = "torn"
    OFFLINE_CARD = "offline_card"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    FROZEN = "frozen"
    BLURRED = "blurred"
    VIEW_MOVED = "view_moved"
    DARK = "dark"
    GOOD = "good"


@dataclass(frozen=True)
class Spell:
    """A fault that lasts for a while.

    Attributes:
        status: What is wrong.
        slots: Ten-minute slots of the day, from 0.
    """

    status: FrameStatus
    slots: range


# The camera of each eleven that has it: number, then its spell.
_SPELLS = {
    1: Spell(FrameStatus.OFFLINE_CARD, range(62, 80)),
    2: Spell(FrameStatus.BLACK, range(100, 112)),
    5: Spell(FrameStatus.OVEREXPOSED, range(40, 52)),
    6: Spell(FrameStatus.BLURRED, range(80, 110)),
    # An operator looks elsewhere for twenty minutes; one that stays there says so until a person confirms it.
    7: Spell(FrameStatus.VIEW_MOVED, range(70, 72)),
    8: Spell(FrameStatus.VIEW_MOVED, range(60, 62)),
}
# 13:00 to 16:30 a feed repeats its last picture under a running clock; 09:30 to 11:30 one delivers nothing.
_FROZEN, _OUTAGE = Spell(FrameStatus.FROZEN, range(78, 99)), Spell(FrameStatus.MISSING, range(57, 69))


def spells_of(number: int, count: int) -> tuple[Spell, ...]:
    """Spells of one camera of a city that has so many; the smallest city has a frozen feed and an outage too."""
    frozen = [_FROZEN] if number == min(4, count - 1) else []
    outage = [_OUTAGE] if number == min(9, count // 2) else []
    other = [_SPELLS[number % 11]] if number % 11 in _SPELLS and count > 2 else []
    return (*outage, *frozen, *other)


def spell_of(spells: tuple[Spell, ...], slot: int) -> FrameStatus | None:
    """What lasts in a slot of the day; None where nothing does."""
    return next((spell.status for spell in spells if slot in spell.slots), None)


def fault_of(spells: tuple[Spell, ...], slot: int, draw: float) -> FrameStatus:
    """What goes wrong in a slot; `GOOD` where nothing does.

    Args:
        spells: Of the camera.
        slot: Of the day, from 0.
        draw: In [0, 1), for what happens by chance.
    """
    if draw < _MISSING_SHARE:
        return FrameStatus.MISSING
    lasting = spell_of(spells, slot)
    if lasting is not None:
        return lasting
    if draw < _MISSING_SHARE + _TORN_SHARE:
        return FrameStatus.TORN
    if draw < _MISSING_SHARE + _TORN_SHARE + _TEXT_SHARE:
        return FrameStatus.NOT_AN_IMAGE
    return FrameStatus.GOOD


def spoiled(rng: np.random.Generator, picture: Picture, fault: FrameStatus) -> Picture:
    """What the lens or the provider makes of a picture, shape (H, W, 3), uint8; itself where the picture is sound."""
    match fault:
        case FrameStatus.OFFLINE_CARD:
            return _card(picture)
        case FrameStatus.BLACK:
            return np.clip(rng.normal(4, 2, picture.shape), 0, 255).astype(np.uint8)
        case FrameStatus.OVEREXPOSED:
            return np.clip(picture.astype(np.float32) * 2.6 + 150, 0, 255).astype(np.uint8)
        case FrameStatus.BLURRED:
            return _out_of_focus(rng, picture)
        case _:
            return picture


def _card(picture: Picture) -> Picture:
    """What a provider sends where its camera sends nothing."""
    card = np.full_like(picture, 96)
    rows, columns = card.shape[:2]
    cv2.putText(card, "KAMERA SEDANG OFFLINE", (columns // 6, rows // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (250,) * 3, 2)
    cv2.rectangle(card, (columns // 8, rows // 3), (columns * 7 // 8, rows * 2 // 3), (200, 200, 200), 3)
    return card


def _out_of_focus(rng: np.random.Generator, picture: Picture) -> Picture:
    """A lens out of focus or smeared; the sensor behind it has its noise as ever."""
    smooth = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(2.5, 5)))
    return np.clip(smooth + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def rained_on(rng: np.random.Generator, picture: Picture, horizon_y: float) -> Picture:
    """Rain: haze, streaks, and a wet road that mirrors what stands on it.

    Args:
        rng: Where the drops are.
        picture: Shape (H, W, 3), uint8.
        horizon_y: Row of the horizon.
    """
    rows, columns = picture.shape[:2]
    wet = picture.astype(np.float32)
    ground = int(np.clip(horizon_y, 1, rows - 2))
    mirrored = cv2.GaussianBlur(np.roll(wet[ground:][::-1], rows // 6, axis=0), (0, 0), 6)
    wet[ground:] = wet[ground:] * 0.82 + mirrored[: rows - ground] * 0.12
    wet = wet * 0.85 + 24
    streaks = np.zeros((rows, columns), np.float32)
    for x, y in zip(rng.integers(0, columns, 160), rng.integers(0, rows, 160), strict=True):
        cv2.line(streaks, (int(x), int(y)), (int(x) + 2, int(y) + int(rng.integers(8, 18))), 22.0, 1)
    return np.clip(wet + streaks[..., None], 0, 255).astype(np.uint8)
