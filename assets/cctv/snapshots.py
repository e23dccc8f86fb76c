"""Snapshot folders: which cameras they hold, their frames, and the registry beside them.

Belongs here: the layout of a cameras folder.
Does not belong here: what a frame shows (ml/vision), the sweep (sweep.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assets.cctv.camera_list import ListError, read_camera_list
from assets.clock import city_zone
from ml.vision.folder import FrameFile, frame_files

REGISTRY_FILE = "cameras.csv"
ROI_FILE = "roi.json"


class SnapshotsError(ValueError):
    """A cameras folder or its registry cannot be read."""

    def __init__(self, expected: str, found: str, do: str) -> None:
        super().__init__(f"expected {expected}; found {found}; {do}")


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera of a snapshot folder.

    Attributes:
        camera_id: Name of its folder.
        frames: Its frames, oldest first.
        roi: Its roi.json, or None.
        view_since: Since when its present view counts, as the registry beside it says; None where it says nothing.
    """

    camera_id: str
    frames: tuple[FrameFile, ...]
    roi: Path | None
    view_since: datetime | None = None


def read_cameras(folder: Path) -> list[Camera]:
    """List the cameras of a folder, by id.

    Every subfolder is a camera, also one without a frame. Frames that lie directly in the folder are one more camera,
    named after the folder.

    Raises:
        SnapshotsError: There is no such folder.
    """
    if not folder.is_dir():
        raise SnapshotsError(f"a folder of cameras at {folder.name}", "none", "check the setting of snapshot folders")
    homes = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    views = _views(folder)
    cameras = [_camera(home, views) for home in homes]
    loose = _camera(folder.resolve(), views)
    if loose.frames:
        cameras.append(loose)
    return sorted(cameras, key=lambda camera: camera.camera_id)


def unread_cameras(folder: Path) -> list[str]:
    """Cameras whose pictures lie in subfolders, which are not entered: the names of their folders."""
    homes = (camera for camera in read_cameras(folder) if not camera.frames)
    return [
        camera.camera_id for camera in homes if any(path.is_dir() for path in (folder / camera.camera_id).iterdir())
    ]


def camera_lists(folders: Iterable[Path]) -> list[Path]:
    """The lists of cameras that snapshot folders hold."""
    return [folder / REGISTRY_FILE for folder in folders if (folder / REGISTRY_FILE).exists()]


def _views(folder: Path) -> dict[str, datetime | None]:
    """Since when each camera's view counts; a registry that cannot be read is refused where it is taken over."""
    try:
        cameras, _ = read_camera_list(folder / REGISTRY_FILE)
    except ListError:
        return {}
    return {camera.camera_id: camera.view_since for camera in cameras}


def _camera(home: Path, views: Mapping[str, datetime | None]) -> Camera:
    roi = home / ROI_FILE
    return Camera(home.name, tuple(frame_files(home, city_zone())), roi if roi.exists() else None, views.get(home.name))
