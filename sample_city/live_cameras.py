"""Cameras of a city whose time runs: two providers on loopback, each with its pictures of the running slot.

Belongs here: which cameras there are, what each shows now, and their list. Does not belong here: the hosts' wire
(camera_hosts.py), the whole city (live.py). It is always day: how dark a street is, frames.py draws.
"""

import csv
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from sample_city.camera_hosts import CameraHosts
from sample_city.frames import Camera, choose_cameras
from sample_city.reference import Reference
from sample_city.scene import Scene, make_scene
from sample_city.traffic import area_hours
from sample_city.vehicles import draw_vehicles, place_vehicles

# Each provider has a host of its own.
PROVIDERS = {"dishub": "127.0.0.2", "swasta": "127.0.0.3"}


class LiveCameras:
    """Cameras that show the traffic of the city's moment; a context manager that starts and stops their hosts.

    Args:
        reference: The city.
        count: How many cameras, half of them with each provider.
        seed: One seed, one city.
    """

    def __init__(self, reference: Reference, count: int, seed: int) -> None:
        self._reference, self._seed = reference, seed
        draw = np.random.default_rng([seed, 12])
        self._scenes: dict[str, tuple[Camera, Scene]] = {
            camera.camera_id: (camera, make_scene(draw, is_lit=True))
            for camera in choose_cameras(reference, count, seed)
        }
        self._pictures: dict[str, list[bytes]] = {}
        self._shown: datetime | None = None
        self._jams: dict[tuple[str, datetime], float] = {}
        self._hosts = CameraHosts(self._pictures)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start."""
        self._stack.enter_context(self._hosts)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._stack.close()

    def write_list(self, path: Path) -> None:
        """Write the list that the platform registers."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(
                ("camera_id", "name", "kelurahan_code", "latitude", "longitude", "provider", "source_kind", "url")
            )
            for number, (name, (camera, _)) in enumerate(self._scenes.items()):
                provider, address = list(PROVIDERS.items())[number % len(PROVIDERS)]
                place, url = camera.kelurahan, f"http://{address}:{self._hosts.port}/still/{name}"
                writer.writerow(
                    (name, camera.name, place.code, place.latitude, place.longitude, provider, "still", url)
                )

    def be_away(self, providers: set[str]) -> None:
        """Let these providers answer nobody, and all others everybody."""
        self._hosts.away = {PROVIDERS[provider] for provider in providers}

    def show(self, now: datetime) -> None:
        """Take the pictures of the running slot, where they are not taken yet."""
        local = now.astimezone(self._reference.zone)
        slot = local.replace(minute=local.minute // 10 * 10, second=0, microsecond=0)
        if slot == self._shown:
            return
        self._shown = slot
        for name, (camera, scene) in self._scenes.items():
            jam = self._jam(camera.kelurahan.kecamatan.code, slot.replace(minute=0))
            draw = np.random.default_rng([self._seed, 13, camera.number, int(slot.timestamp())])
            self._pictures[name] = [_picture(scene, jam, draw)]

    def _jam(self, area: str, hour: datetime) -> float:
        if (area, hour) not in self._jams:
            hours = area_hours(self._reference, hour.date(), hour.date() + timedelta(days=1), self._seed)
            rows = zip(hours["area_code"], hours["hour_start"], hours["jam_index"], strict=True)
            self._jams = {(code, start.to_pydatetime()): float(index) for code, start, index in rows}
        return self._jams[area, hour]


def _picture(scene: Scene, jam: float, draw: np.random.Generator) -> bytes:
    """JPEG of the road, as full as its hour is."""
    canvas = scene.daylight.copy()
    draw_vehicles(canvas, scene.view, place_vehicles(draw, scene.view, 0.6 * jam).vehicles)
    noisy = canvas.astype(np.float32) + draw.normal(0, 3, canvas.shape)
    return bytes(cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8))[1])
