"""Frames of one camera in a folder: which files they are and when they were captured.

Belongs here: file names and times. Does not belong here: file contents (decode.py), folders of cameras (assets/cctv).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

_NAMED_TIME = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})[T _-](\d{2})[-:.]?(\d{2})(?:[-:.]?(\d{2}))?(?!\d)")
_OTHER_FILES = frozenset({"roi.json", "labels.csv", "cameras.csv", "SYNTHETIC"})


@dataclass(frozen=True, slots=True)
class FrameFile:
    """One file that a camera left, with its time of capture.

    Attributes:
        path: The file.
        captured_at: Time of capture, time zone Asia/Jakarta.
        note: What the reader has to know about that time; empty when the file's name tells it.
    """

    path: Path
    captured_at: datetime
    note: str = ""


def captured_at(name: str) -> datetime | None:
    """Local time of capture that a file's name tells, or None.

    >>> captured_at("2026-10-05T07-30-00.jpg").isoformat()
    '2026-10-05T07:30:00+07:00'
    >>> captured_at("TfL-images-20200501-0040-00001.08859.jpg").isoformat()
    '2020-05-01T00:40:00+07:00'
    >>> captured_at("snapshot.jpg") is None
    True
    """
    found = _NAMED_TIME.search(name)
    if found is None:
        return None
    try:
        # Six parts, which mypy cannot count.
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=WIB)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def is_frame(path: Path) -> bool:
    """Whether a file in a camera's folder is read as a frame: any, except our own side files, licences, hidden ones."""
    is_licence = path.suffix.lower() == ".txt" and "LICENSE" in path.name.upper()
    return path.name not in _OTHER_FILES and not path.name.startswith(".") and not is_licence and path.is_file()


def frame_files(folder: Path) -> list[FrameFile]:
    """Frames of one camera, oldest first; no two have the same time of capture.

    Args:
        folder: The camera's folder; its subfolders are not entered.
    """
    dated = sorted((_dated(path) for path in folder.iterdir() if is_frame(path)), key=lambda file: file.path.name)
    dated.sort(key=lambda file: file.captured_at)
    apart: list[FrameFile] = []
    for file in dated:
        if apart and file.captured_at <= apart[-1].captured_at:
            note = f"{file.note}; same instant as {apart[-1].path.name}, told apart by a microsecond".strip("; ")
            file = replace(file, captured_at=apart[-1].captured_at + timedelta(microseconds=1), note=note)
        apart.append(file)
    return apart


def _dated(path: Path) -> FrameFile:
    named = captured_at(path.name)
    if named is not None:
        return FrameFile(path, named)
    modified = datetime.fromtimestamp(path.stat().st_mtime, WIB)
    return FrameFile(path, modified, "the name tells no time, so the file's modification time counts")
