"""What one camera sees of an empty road: geometry, ground, buildings and lamps.

Belongs here: the camera's projection and everything that does not move.
Does not belong here: vehicles (vehicles.py), light, noise and faults (frames.py).

A pinhole camera looks along the road from a pole. Metres: x to the right, y up from the road, z ahead.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 360
LANE_M = 3.3
ROAD_FROM_M, ROAD_TO_M = 8.0, 140.0
RATED_TO_M = 75.0


@dataclass(frozen=True)
class View:
    """Where a camera stands and what road it looks at.

    Attributes:
        vanish_x: Column of the vanishing point, pixels.
        horizon_y: Row of the horizon, pixels.
        focal: Focal length, pixels.
        height_m: Height of the camera over the road.
        left_m: x of the road's left edge.
        lanes: Number of lanes.
        oncoming: How many of the lanes, from the right, lead towards the camera (Indonesia keeps left).
    """

    vanish_x: float
    horizon_y: float
    focal: float
    height_m: float
    left_m: float
    lanes: int
    oncoming: int

    @property
    def right_m(self) -> float:
        """The x of the road's right edge."""
        return self.left_m + self.lanes * LANE_M

    def project(self, points: np.ndarray) -> np.ndarray:
        """Put points of the world on the image.

        Args:
            points: x, y, z in metres, shape (N, 3), z > 0.

        Returns:
            Columns and rows in pixels, shape (N, 2), float64; outside the image too.

        >>> View(320, 100, 500, 8, -7, 4, 2).project(np.array([[0.0, 0.0, 40.0]]))
        array([[320., 200.]])
        """
        scale = self.focal / points[:, 2]
        columns = self.vanish_x + points[:, 0] * scale
        rows = self.horizon_y + (self.height_m - points[:, 1]) * scale
        return np.stack([columns, rows], axis=1)

    def strip(self, left_m: float, right_m: float, near_m: float, far_m: float) -> np.ndarray:
        """A rectangle on the ground as seen, shape (4, 2)."""
        corners = [(left_m, near_m), (right_m, near_m), (right_m, far_m), (left_m, far_m)]
        return self.project(np.array([(x, 0.0, z) for x, z in corners]))

    @cached_property
    def rated_polygon(self) -> list[list[int]]:
        """The road that the camera is rated on, clipped to the image: corners as [x, y]."""
        road = self.strip(self.left_m, self.right_m, ROAD_FROM_M, RATED_TO_M).astype(np.float32)
        frame = np.array([(0, 0), (WIDTH - 1, 0), (WIDTH - 1, HEIGHT - 1), (0, HEIGHT - 1)], np.float32)
        _, corners = cv2.intersectConvexConvex(road, frame)
        return [[round(float(x)), round(float(y))] for x, y in np.asarray(corners).reshape(-1, 2)]

    @cached_property
    def rated_mask(self) -> np.ndarray:
        """255 on the rated road, shape (HEIGHT, WIDTH), uint8."""
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        return cv2.fillPoly(mask, [np.array(self.rated_polygon, np.int32)], 255)


@dataclass(frozen=True)
class Scene:
    """One camera's empty road.

    Attributes:
        view: The camera.
        daylight: The scene in full daylight, shape (HEIGHT, WIDTH, 3), uint8, BGR.
        lamplight: Share of daylight that street lamps give, shape (HEIGHT, WIDTH, 3), float32.
        windows: Light of windows at night, shape (HEIGHT, WIDTH, 3), float32, added.
    """

    view: View
    daylight: np.ndarray
    lamplight: np.ndarray
    windows: np.ndarray


def make_scene(rng: np.random.Generator, *, is_lit: bool) -> Scene:
    """Build the surroundings of one camera.

    Args:
        rng: Source of every choice.
        is_lit: Whether the street has lamps that work.
    """
    lanes = int(rng.integers(4, 7))
    view = View(
        vanish_x=float(rng.uniform(230, 410)),
        horizon_y=float(rng.uniform(66, 104)),
        focal=float(rng.uniform(430, 540)),
        height_m=float(rng.uniform(7.5, 10.0)),
        left_m=-lanes * LANE_M / 2 + float(rng.uniform(-2.5, 2.5)),
        lanes=lanes,
        oncoming=int(rng.integers(0, lanes // 2 + 1)),
    )
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    windows = np.zeros_like(canvas)
    _sky_and_ground(canvas, view, rng)
    _skyline(canvas, windows, view, rng)
    _road(canvas, view, rng)
    _trees(canvas, view, rng)
    _median(canvas, view)
    canvas += texture(rng, 2, 3.5)[..., None]
    lamplight = _lamplight(canvas, view, rng) if is_lit else np.zeros_like(canvas)
    daylight = np.clip(cv2.GaussianBlur(canvas, (3, 3), 0), 0, 255).astype(np.uint8)
    return Scene(view, daylight, lamplight, windows if is_lit else windows * 0.35)


def fill(canvas: np.ndarray, corners: np.ndarray, colour: tuple[float, float, float]) -> None:
    """Fill a convex polygon with soft edges, in place; corners in pixels, shape (N, 2)."""
    # 1/16 pixel, and limits that keep OpenCV's fixed point from overflowing next to the lens.
    fixed = np.rint(corners * 16).clip(-400_000, 400_000).astype(np.int32)
    cv2.fillConvexPoly(canvas, fixed, colour, cv2.LINE_AA if canvas.dtype == np.uint8 else cv2.LINE_8, 4)


def texture(rng: np.random.Generator, grain: int, strength: float) -> np.ndarray:
    """Smooth noise with spots of about `grain` pixels, shape (HEIGHT, WIDTH), float32."""
    small = rng.normal(0.0, strength, (HEIGHT // grain + 2, WIDTH // grain + 2)).astype(np.float32)
    return cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def _sky_and_ground(canvas: np.ndarray, view: View, rng: np.random.Generator) -> None:
    horizon = int(view.horizon_y)
    haze = np.linspace(0.0, 1.0, horizon + 8, dtype=np.float32)[:, None]
    top, low = np.array([214, 186, 160], np.float32), np.array([222, 218, 212], np.float32)
    canvas[: horizon + 8] = (top + (low - top) * haze)[:, None, :]
    canvas[horizon + 4 :] = (70, 104, 98)
    canvas[horizon + 4 :] += (texture(rng, 14, 14.0) + texture(rng, 4, 9.0))[horizon + 4 :, :, None]
    for edge_m, outwards in ((view.left_m, -1), (view.right_m, 1)):
        walk = sorted((edge_m, edge_m + outwards * float(rng.uniform(2.0, 4.0))))
        fill(canvas, view.strip(walk[0], walk[1], ROAD_FROM_M, ROAD_TO_M), (140, 148, 150))


def _skyline(canvas: np.ndarray, windows: np.ndarray, view: View, rng: np.random.Generator) -> None:
    base = int(view.horizon_y) + 7
    for _ in range(int(rng.integers(14, 22))):
        left, width = int(rng.integers(-30, WIDTH)), int(rng.integers(24, 80))
        top = max(base - int(rng.gamma(2.5, 16.0)) - 10, 2)
        shade = float(rng.uniform(110, 190))
        colour = (shade * float(rng.uniform(0.92, 1.05)), shade, shade * float(rng.uniform(0.92, 1.05)))
        cv2.rectangle(canvas, (left, top), (left + width, base), colour, cv2.FILLED)
        for y in range(top + 4, base - 5, 7):
            for x in range(left + 3, left + width - 4, 6):
                if 0 <= x < WIDTH - 3:
                    canvas[y : y + 4, x : x + 3] *= 0.72
                    if rng.random() < 0.3:
                        windows[y : y + 4, x : x + 3] = (70, 120, 140)


def _road(canvas: np.ndarray, view: View, rng: np.random.Generator) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(
        mask, np.rint(view.strip(view.left_m, view.right_m, ROAD_FROM_M, ROAD_TO_M)).astype(np.int32), 255
    )
    grey = float(rng.uniform(112, 142))
    asphalt = grey + texture(rng, 24, 6.0) + texture(rng, 6, 6.0) + texture(rng, 3, 8.0)
    canvas[mask > 0] = (asphalt[..., None] * np.array([1.0, 1.0, 0.98], np.float32))[mask > 0]
    paint = (226.0, 230.0, 230.0)
    for lane in range(view.lanes):
        middle = view.left_m + (lane + 0.5) * LANE_M
        track = view.strip(middle - 0.9, middle + 0.9, ROAD_FROM_M, ROAD_TO_M)
        worn = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillConvexPoly(worn, np.rint(track).astype(np.int32), 255)
        canvas[worn > 0] -= 6.0
        if lane:
            line = view.left_m + lane * LANE_M
            for start in np.arange(ROAD_FROM_M, ROAD_TO_M, 8.0):
                fill(canvas, view.strip(line - 0.07, line + 0.07, float(start), float(start) + 3.0), paint)
    _wear(canvas, view, grey, rng)
    for edge in (view.left_m + 0.25, view.right_m - 0.25):
        fill(canvas, view.strip(edge - 0.08, edge + 0.08, ROAD_FROM_M, ROAD_TO_M), paint)


def _wear(canvas: np.ndarray, view: View, grey: float, rng: np.random.Generator) -> None:
    """Patches, seams and manholes of a road that is dug up every year."""
    for _ in range(int(rng.integers(14, 26))):
        x, z = float(rng.uniform(view.left_m, view.right_m - 2.5)), float(rng.uniform(ROAD_FROM_M, 60.0))
        tone = grey + float(rng.choice([-34.0, -24.0, 18.0]))
        width, length = float(rng.uniform(0.6, 2.5)), float(rng.uniform(0.8, 6.0))
        fill(canvas, view.strip(x, x + width, z, z + length), (tone, tone, tone))
    for start in np.arange(ROAD_FROM_M + 2.0, 90.0, 7.5):
        seam = float(start) + float(rng.uniform(-2.0, 2.0))
        fill(canvas, view.strip(view.left_m, view.right_m, seam, seam + 0.1), (grey - 40, grey - 40, grey - 38))
    for lane in range(view.lanes):
        z = float(rng.uniform(14.0, 50.0))
        middle = view.left_m + (lane + 0.5) * LANE_M
        fill(canvas, view.strip(middle - 0.09, middle + 0.09, z, z + 3.5), (222.0, 226.0, 226.0))
        cover = view.strip(middle + 0.3, middle + 1.0, z + 9.0, z + 9.8)
        fill(canvas, cover, (62.0, 62.0, 66.0))


def _median(canvas: np.ndarray, view: View) -> None:
    """A line of kerb stones between the directions."""
    if not view.oncoming:
        return
    middle = view.right_m - view.oncoming * LANE_M
    fill(canvas, view.strip(middle - 0.22, middle + 0.22, ROAD_FROM_M, ROAD_TO_M), (150, 156, 158))
    for number, start in enumerate(np.arange(ROAD_FROM_M, 90.0, 2.0)):
        stone = (60, 60, 62) if number % 2 else (205, 206, 208)
        fill(canvas, view.strip(middle - 0.15, middle + 0.15, float(start), float(start) + 2.0), stone)


def _trees(canvas: np.ndarray, view: View, rng: np.random.Generator) -> None:
    for z in np.arange(90.0, 20.0, -9.0):
        for edge_m, outwards in ((view.left_m, -1), (view.right_m, 1)):
            if rng.random() < 0.35:
                continue
            x = edge_m + outwards * float(rng.uniform(5.0, 9.0))
            height = float(rng.uniform(4.0, 7.5))
            foot, crown = view.project(np.array([(x, 0.0, z), (x, height, z)]))
            size = max(int(view.focal * float(rng.uniform(1.3, 2.2)) / z), 2)
            cv2.line(canvas, _pixel(foot), _pixel(crown), (46, 60, 72), max(size // 7, 1))
            green = (float(rng.uniform(36, 60)), float(rng.uniform(70, 104)), float(rng.uniform(46, 72)))
            for _ in range(7):
                shift = rng.normal(0.0, size * 0.55, 2)
                shade = float(rng.uniform(0.75, 1.2))
                tone = (green[0] * shade, green[1] * shade, green[2] * shade)
                cv2.circle(canvas, _pixel(crown + shift), max(int(size * 0.6), 1), tone, cv2.FILLED)


def _lamplight(canvas: np.ndarray, view: View, rng: np.random.Generator) -> np.ndarray:
    """Pools of sodium light along the kerb; draws the poles too."""
    light = np.zeros((HEIGHT, WIDTH), np.float32)
    side = view.left_m - 1.0 if rng.random() < 0.5 else view.right_m + 1.0
    centre = (view.left_m + view.right_m) / 2
    for z in np.arange(100.0, 12.0, -17.0):
        pool = np.zeros_like(light)
        x, y = view.project(np.array([((side + centre) / 2, 0.0, z)]))[0]
        radius = view.focal * 9.0 / z
        axes = (max(int(radius), 2), max(int(radius * view.height_m / z), 2))
        cv2.ellipse(pool, (int(x), int(y)), axes, 0, 0, 360, 1.0, cv2.FILLED)
        light += cv2.GaussianBlur(pool, (0, 0), max(radius * 0.35, 2.0)) * 0.5
        foot, head, arm = view.project(
            np.array([(side, 0.0, z), (side, 8.0, z), (side + np.sign(centre - side) * 2.0, 8.3, z)])
        )
        thickness = max(int(view.focal * 0.12 / z), 1)
        cv2.line(canvas, _pixel(foot), _pixel(head), (96, 98, 100), thickness)
        cv2.line(canvas, _pixel(head), _pixel(arm), (96, 98, 100), thickness)
    pools = np.minimum(light * 1.2 + 0.2, 0.85)[..., None]
    return (pools * np.array([0.62, 0.86, 1.0], np.float32)).astype(np.float32)


def _pixel(point: np.ndarray) -> tuple[int, int]:
    return int(round(float(point[0]))), int(round(float(point[1])))
