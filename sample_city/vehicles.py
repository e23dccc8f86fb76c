"""Vehicles on the road of a scene: how they stand, how they look, how much of the road they hide.

Belongs here: traffic of a given density, drawn, with the share of the road that it truly covers.
Does not belong here: the empty road (scene.py), how dense traffic is when (frames.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from sample_city.scene import HEIGHT, LANE_M, RATED_TO_M, WIDTH, View, fill

# Nearest and farthest bumper: from the lower edge of the image to where a car is a few pixels.
_NEAR_M, _FAR_M = 9.0, RATED_TO_M + 20.0
_MOST_A_LANE = 24
_TOLERANCE = 0.012
_DETAIL_TO_M = 48.0

_PAINTS = (
    (232, 232, 232), (205, 207, 208), (168, 170, 172), (98, 98, 100), (44, 44, 46), (38, 38, 40), (40, 40, 150),
    (120, 66, 38), (60, 70, 90), (70, 120, 60), (150, 110, 50), (60, 130, 170), (50, 90, 190),
)  # fmt: skip
_JACKETS = ((60, 150, 50), (40, 40, 44), (150, 60, 40), (50, 60, 160), (120, 120, 124))


@dataclass(frozen=True)
class Shape:
    """Outer size of a kind of vehicle, metres."""

    width_m: float
    length_m: float
    height_m: float


MOTORBIKE = Shape(0.75, 2.0, 1.55)
_CAR, _VAN = Shape(1.75, 4.3, 1.5), Shape(1.75, 4.6, 1.95)
_TRUCK, _BUS = Shape(2.3, 7.5, 2.9), Shape(2.5, 11.5, 3.1)
_SHAPES = (_CAR, _VAN, _TRUCK, _BUS)
_MIX = (0.68, 0.2, 0.08, 0.04)


@dataclass(frozen=True)
class Vehicle:
    """One vehicle where it stands.

    Attributes:
        shape: Its kind.
        x_m: Its left side.
        z_m: Its end nearer to the camera.
        paint: BGR.
        is_oncoming: Whether it shows its front.
    """

    shape: Shape
    x_m: float
    z_m: float
    paint: tuple[int, int, int]
    is_oncoming: bool


@dataclass(frozen=True)
class Traffic:
    """The vehicles of one moment.

    Attributes:
        vehicles: From far to near.
        mask: 255 where a vehicle is seen, shape (HEIGHT, WIDTH), uint8.
        density_share: Share of the rated road's pixels that they cover, in [0, 1].
    """

    vehicles: tuple[Vehicle, ...]
    mask: np.ndarray
    density_share: float


def place_vehicles(rng: np.random.Generator, view: View, density_share: float) -> Traffic:
    """Put traffic on the rated road until it covers a given share of it.

    Args:
        rng: Source of every choice.
        view: The camera.
        density_share: Share of the rated road to cover, in [0, 1]; dense jams end at about 0.7.
    """
    rated = view.rated_mask
    total = cv2.countNonZero(rated)
    hidden = np.zeros_like(rated)
    covered, placed = 0.0, []
    jam = _bumper_to_bumper(rng, view)
    for number in rng.permutation(len(jam)):
        if covered >= density_share - _TOLERANCE / 4:
            break
        vehicle = jam[int(number)]
        tried = hidden.copy()
        cv2.fillConvexPoly(tried, _outline(view, vehicle), 255)
        share = cv2.countNonZero(cv2.bitwise_and(tried, rated)) / total
        if share <= density_share + _TOLERANCE:
            hidden, covered = tried, share
            placed.append(vehicle)
    return Traffic(tuple(sorted(placed, key=lambda vehicle: -vehicle.z_m)), hidden, covered)


def draw_vehicles(canvas: np.ndarray, view: View, vehicles: Sequence[Vehicle]) -> None:
    """Draw vehicles, given from far to near, on an image of shape (HEIGHT, WIDTH, 3), uint8, in place."""
    for vehicle in vehicles:
        shape = vehicle.shape
        shadow = view.strip(
            vehicle.x_m - 0.15,
            vehicle.x_m + shape.width_m + 0.25,
            vehicle.z_m - 0.15,
            vehicle.z_m + shape.length_m,
        )
        fill(canvas, shadow, (48, 48, 48))
        if shape is MOTORBIKE:
            _draw_motorbike(canvas, view, vehicle)
        elif vehicle.z_m < _DETAIL_TO_M and shape in (_CAR, _VAN):
            _draw_car(canvas, view, vehicle)
        else:
            _draw_box(canvas, view, vehicle)


def headlights(view: View, vehicles: Sequence[Vehicle]) -> np.ndarray:
    """Light that vehicles give at night, to be added; shape (HEIGHT, WIDTH, 3), uint8, BGR."""
    halos = np.zeros((HEIGHT // 2, WIDTH // 2, 3), np.uint8)
    lamps = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for vehicle in vehicles:
        shape, z = vehicle.shape, max(vehicle.z_m, 2.0)
        colour = (215, 235, 245) if vehicle.is_oncoming else (30, 30, 190)
        sides = (0.5,) if shape is MOTORBIKE else (0.12, 0.88)
        radius = max(view.focal * 0.1 / z, 0.9)
        if vehicle.is_oncoming and z > 6.0:
            beam = view.strip(vehicle.x_m - 0.3, vehicle.x_m + shape.width_m + 0.3, max(z - 7.0, 3.0), z) / 2
            fill(halos, beam, (40, 48, 52))
        for x, y in view.project(np.array([(vehicle.x_m + side * shape.width_m, 0.75, z) for side in sides])):
            size = radius * (1.4 if vehicle.is_oncoming else 0.7)
            cv2.circle(halos, (round(x / 2), round(y / 2)), max(round(size), 1), colour, cv2.FILLED)
            cv2.circle(lamps, (round(x), round(y)), max(round(radius), 1), colour, cv2.FILLED, cv2.LINE_AA)
    glow = cv2.resize(cv2.GaussianBlur(halos, (0, 0), 2.5), (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return cv2.add(glow, lamps)


def _bumper_to_bumper(rng: np.random.Generator, view: View) -> list[Vehicle]:
    """Every vehicle of a road at a standstill, motorbikes between the lanes included."""
    jam = []
    for lane in range(view.lanes):
        is_oncoming = lane >= view.lanes - view.oncoming
        z = _NEAR_M - float(rng.uniform(0.0, 4.0))
        kinds = iter(rng.choice(len(_SHAPES), size=_MOST_A_LANE, p=_MIX).tolist())
        while z < _FAR_M:
            shape = _SHAPES[next(kinds)]
            x = view.left_m + lane * LANE_M + (LANE_M - shape.width_m) / 2 + float(rng.normal(0.0, 0.12))
            jam.append(Vehicle(shape, x, z, _PAINTS[int(rng.integers(len(_PAINTS)))], is_oncoming))
            z += shape.length_m + float(rng.uniform(0.8, 2.2))
        z = _NEAR_M + float(rng.uniform(0.0, 6.0))
        while z < _FAR_M:
            x = view.left_m + lane * LANE_M + float(rng.normal(0.05, 0.08))
            jam.append(Vehicle(MOTORBIKE, x, z, _JACKETS[int(rng.integers(len(_JACKETS)))], is_oncoming))
            z += MOTORBIKE.length_m + float(rng.uniform(1.0, 7.0))
    return jam


def _corners(view: View, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]) -> np.ndarray:
    """The eight corners of a box as seen: near left low, near right low, near right high, near left high; far."""
    near = [(x[0], y[0], z[0]), (x[1], y[0], z[0]), (x[1], y[1], z[0]), (x[0], y[1], z[0])]
    return view.project(np.array(near + [(a, b, z[1]) for a, b, _ in near]))


def _outline(view: View, vehicle: Vehicle) -> np.ndarray:
    shape = vehicle.shape
    corners = _corners(
        view,
        (vehicle.x_m, vehicle.x_m + shape.width_m),
        (0.0, shape.height_m),
        (vehicle.z_m, vehicle.z_m + shape.length_m),
    )
    return cv2.convexHull(np.rint(corners).astype(np.int32))


def _draw_faces(canvas: np.ndarray, corners: np.ndarray, view: View, paint: tuple[int, int, int]) -> None:
    near, far = corners[:4], corners[4:]
    side = (0, 3) if float(near[0][0]) > view.vanish_x else (1, 2)
    flank = np.array([near[side[0]], near[side[1]], far[side[1]], far[side[0]]])
    top = np.array([near[3], near[2], far[2], far[3]])
    for face, light in ((flank, 0.62), (top, 1.12), (near, 0.85)):
        fill(canvas, face, _shade(paint, light))
        _outline_face(canvas, face, _shade(paint, 0.35))


def _outline_face(canvas: np.ndarray, face: np.ndarray, colour: tuple[float, float, float]) -> None:
    """Gaps between sheets of metal: they make a vehicle stand out from smooth asphalt."""
    cv2.polylines(canvas, [np.rint(face * 16).astype(np.int32)], True, colour, 1, cv2.LINE_AA, 4)


def _draw_box(canvas: np.ndarray, view: View, vehicle: Vehicle) -> None:
    shape, paint = vehicle.shape, vehicle.paint
    x = (vehicle.x_m, vehicle.x_m + shape.width_m)
    z = (vehicle.z_m, vehicle.z_m + shape.length_m)
    _draw_faces(canvas, _corners(view, x, (0.25, shape.height_m), z), view, paint)
    near_left = view.project(np.array([(x[0], 0.25, z[0])]))[0]
    side = x[0] if float(near_left[0]) > view.vanish_x else x[1]
    for start in np.arange(z[0] + 1.2, z[1], 1.2):
        rib = [(x[0], shape.height_m, start), (x[1], shape.height_m, start)]
        post = [(side, 0.3, start), (side, shape.height_m, start)]
        for line, shade in ((rib, 0.7), (post, 0.35)):
            ends = np.rint(view.project(np.array(line)) * 16).astype(np.int32)
            cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), _shade(paint, shade), 1, cv2.LINE_AA, 4)
    pane_low, pane_high = 0.5 * shape.height_m, 0.88 * shape.height_m
    fill(canvas, _corners(view, (x[0] + 0.12, x[1] - 0.12), (pane_low, pane_high), z)[:4], (40, 36, 32))
    _draw_tail(canvas, view, vehicle, 0.3 * shape.height_m)


def _draw_tail(canvas: np.ndarray, view: View, vehicle: Vehicle, lamp_m: float) -> None:
    """Bumper, lamps and number plate at the end nearer to the camera; lamps `lamp_m` over the road."""
    left, right, z = vehicle.x_m, vehicle.x_m + vehicle.shape.width_m, (vehicle.z_m, vehicle.z_m)
    lens = (205, 225, 230) if vehicle.is_oncoming else (36, 36, 190)
    parts = (
        ((left + 0.05, right - 0.05), (0.18, 0.4), (34, 34, 36)),
        ((left + 0.06, left + 0.42), (lamp_m, lamp_m + 0.2), lens),
        ((right - 0.42, right - 0.06), (lamp_m, lamp_m + 0.2), lens),
        ((left + 0.62, right - 0.62), (0.42, 0.58), (225, 225, 225)),
    )
    for x, y, colour in parts:
        fill(canvas, _corners(view, x, y, z)[:4], colour)


def _draw_car(canvas: np.ndarray, view: View, vehicle: Vehicle) -> None:
    shape, left, z = vehicle.shape, vehicle.x_m, vehicle.z_m
    right = left + shape.width_m
    waist = 0.58 * shape.height_m
    cabin = (0.22, 0.86) if vehicle.is_oncoming else (0.1, 0.74)
    if shape is _VAN:
        cabin = (0.1, 0.98)
    _draw_faces(canvas, _corners(view, (left, right), (0.2, waist), (z, z + shape.length_m)), view, vehicle.paint)
    _draw_tail(canvas, view, vehicle, waist - 0.28)
    from_z, to_z = z + cabin[0] * shape.length_m, z + cabin[1] * shape.length_m
    inset = 0.12 * shape.length_m
    base = _corners(view, (left + 0.08, right - 0.08), (waist, waist), (from_z, to_z))
    roof = _corners(view, (left + 0.25, right - 0.25), (shape.height_m, shape.height_m), (from_z + inset, to_z - inset))
    low_near, low_far, high_near, high_far = base[:2], base[4:6], roof[:2], roof[4:6]
    side = 0 if float(low_near[0][0]) > view.vanish_x else 1
    fill(canvas, np.array([low_near[side], high_near[side], high_far[side], low_far[side]]), (36, 33, 30))
    fill(canvas, np.array([low_far[0], low_far[1], high_far[1], high_far[0]]), (36, 33, 30))
    fill(canvas, np.array([low_near[0], low_near[1], high_near[1], high_near[0]]), (46, 41, 36))
    top = np.array([high_near[0], high_near[1], high_far[1], high_far[0]])
    fill(canvas, top, _shade(vehicle.paint, 1.15))
    _outline_face(canvas, top, _shade(vehicle.paint, 0.4))
    # The sky mirrored in the glass.
    glint = np.array([low_near[0], (low_near[0] + low_near[1]) / 2, (high_near[0] + high_near[1]) / 2, high_near[0]])
    fill(canvas, glint * 0.7 + glint.mean(axis=0) * 0.3, (150, 146, 138))


def _draw_motorbike(canvas: np.ndarray, view: View, vehicle: Vehicle) -> None:
    left, right, z = vehicle.x_m, vehicle.x_m + vehicle.shape.width_m, vehicle.z_m
    wheel = _corners(view, (left + 0.25, right - 0.25), (0.0, 0.85), (z, z + 2.0))
    _draw_faces(canvas, wheel, view, (46, 44, 44))
    rider = _corners(view, (left + 0.1, right - 0.1), (0.75, 1.4), (z + 0.8, z + 1.2))
    _draw_faces(canvas, rider, view, vehicle.paint)
    head = view.project(np.array([((left + right) / 2, 1.45, z + 1.0)]))[0]
    radius = max(round(view.focal * 0.15 / (z + 1.0)), 1)
    helmet = _shade(vehicle.paint, 1.3) if (round(z) % 2) else (30, 30, 32)
    cv2.circle(canvas, (round(float(head[0])), round(float(head[1]))), radius, helmet, cv2.FILLED, cv2.LINE_AA)


def _shade(paint: tuple[int, int, int], factor: float) -> tuple[float, float, float]:
    blue, green, red = (min(part * factor, 255.0) for part in paint)
    return blue, green, red
