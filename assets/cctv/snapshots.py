"""Snapshot folders: which cameras they hold, their frames, and the registry beside them.

Belongs here: the layout of a cameras folder.
Does not belong here: what a frame shows (ml/vision), the sweep (sweep.py).
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ml.vision.folder import FrameFile, frame_files

REGISTRY_FILE = "cameras.csv"
ROI_FILE = "roi.json"
REGISTRY_COLUMNS = ["camera_id", "name", "kelurahan_code", "latitude", "longitude"]


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
    """

    camera_id: str
    frames: tuple[FrameFile, ...]
    roi: Path | None


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
    cameras = [_camera(home) for home in homes]
    loose = _camera(folder.resolve())
    if loose.frames:
        cameras.append(loose)
    return sorted(cameras, key=lambda camera: camera.camera_id)


def read_camera_registry(folder: Path) -> pd.DataFrame:
    """Read the folder's cameras.csv.

    Returns:
        camera_id, name, kelurahan_code (text), latitude, longitude (degrees, float); no rows without a cameras.csv.

    Raises:
        SnapshotsError: A column is absent, a coordinate is no number, or a camera is listed twice or has no id or name.
    """
    path = folder / REGISTRY_FILE
    if not path.exists():
        return pd.DataFrame(columns=REGISTRY_COLUMNS).astype({"latitude": float, "longitude": float})
    expected, do = f"{REGISTRY_FILE} with {', '.join(REGISTRY_COLUMNS)}, one row per camera", "mend the list"
    try:
        listed = pd.read_csv(path, dtype=str, encoding="utf-8-sig")[REGISTRY_COLUMNS]
        listed = listed.assign(latitude=pd.to_numeric(listed["latitude"]), longitude=pd.to_numeric(listed["longitude"]))
    except (ValueError, KeyError) as error:
        raise SnapshotsError(expected, str(error), do) from error
    nameless = listed[["camera_id", "name"]].isna().any(axis=1)
    if nameless.any():
        raise SnapshotsError(expected, f"{int(nameless.sum())} rows without id or name", do)
    twice = listed.loc[listed["camera_id"].duplicated(), "camera_id"].unique()
    if len(twice):
        raise SnapshotsError(expected, f"listed twice: {', '.join(twice)}", do)
    return listed


def _camera(home: Path) -> Camera:
    roi = home / ROI_FILE
    return Camera(home.name, tuple(frame_files(home)), roi if roi.exists() else None)
