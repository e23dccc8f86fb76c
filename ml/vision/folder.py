"""Frames of one camera in a folder: which files they are and when they were captured.

Belongs here: file names and times. Does not belong here: file contents (decode.py), folders of cameras (assets/cctv).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

_DATE = r"(?P<year>19[7-9]\d|20\d\d)[-_.]?(?P<month>\d{2})[-_.]?(?P<day>\d{2})"
_HOUR, _MINUTE, _SECOND = r"(?P<hour>\d{2})", r"(?P<minute>\d{2})", r"(?P<second>\d{2})"
_ZONE = r"(?!\d)(?P<zone>Z(?![A-Za-z])|\+\d{2}:?\d{2}(?!\d)|-\d{2}:\d{2}(?!\d))?"
# Date and time apart, as people write them; or all digits of the time in a row, as recorders do.
_NAMED_TIMES = (
    re.compile(
        rf"(?<!\d){_DATE}[T _-]{_HOUR}[-:._]?{_MINUTE}(?:[-:._]?{_SECOND}(?:[.,](?P<millisecond>\d{{3}}))?)?{_ZONE}"
    ),
    re.compile(rf"(?<!\d){_DATE}[T _-]?{_HOUR}{_MINUTE}{_SECOND}[.,]?(?P<millisecond>\d{{3}})?{_ZONE}"),
)
_OTHER_FILES = frozenset({"roi.json", "labels.csv", "cameras.csv", "SYNTHETIC"})


@dataclass(frozen=True, slots=True)
class FrameFile:
    """One file that a camera left, with its time of capture.

    Attributes:
        path: The file.
        captured_at: Time of capture, in the camera's zone.
        note: What the reader has to know about that time; empty when the file's name tells it.
    """

    path: Path
    captured_at: datetime
    note: str = ""


def captured_at(name: str, zone: tzinfo) -> datetime | None:
    """Time of capture that a file's name tells, in a zone; its own zone counts where it names one. None without a time.

    >>> from datetime import timezone
    >>> zone = timezone(timedelta(hours=8))
    >>> captured_at("2026-10-05T07-30-00.jpg", zone).isoformat()
    '2026-10-05T07:30:00+08:00'
    >>> captured_at("TfL-images-20200501-0040-00001.08859.jpg", zone).isoformat()
    '2020-05-01T00:40:00+08:00'
    >>> captured_at("192.168.1.64_01_20261127080000123_TIMING.jpg", zone).isoformat()
    '2026-11-27T08:00:00.123000+08:00'
    >>> captured_at("2026-11-27T01-40-00Z.jpg", zone).isoformat()
    '2026-11-27T09:40:00+08:00'
    >>> captured_at("snapshot.jpg", zone) is None
    True
    """
    for pattern in _NAMED_TIMES:
        for found in pattern.finditer(name):
            try:
                return _moment(found, zone)
            except ValueError:
                continue
    return None


def _moment(found: re.Match[str], zone: tzinfo) -> datetime:
    """The moment of a name's parts; raises a ValueError where there is no such date, time or zone."""
    year, month, day, hour, minute = (int(found[part]) for part in ("year", "month", "day", "hour", "minute"))
    second, millisecond = int(found["second"] or 0), int(found["millisecond"] or 0)
    own = datetime.strptime(found["zone"], "%z").tzinfo if found["zone"] else zone
    return datetime(year, month, day, hour, minute, second, millisecond * 1000, tzinfo=own).astimezone(zone)


def is_frame(path: Path) -> bool:
    """Whether a file in a camera's folder is read as a frame: any, except our own side files, licences, hidden ones."""
    is_licence = path.suffix.lower() == ".txt" and "LICENSE" in path.name.upper()
    return path.name not in _OTHER_FILES and not path.name.startswith(".") and not is_licence and path.is_file()


def frame_files(folder: Path, zone: tzinfo) -> list[FrameFile]:
    """Frames of one camera, oldest first; no two have the same time of capture.

    Args:
        folder: The camera's folder; its subfolders are not entered.
        zone: Of names that tell none.
    """
    dated = sorted((_dated(path, zone) for path in folder.iterdir() if is_frame(path)), key=lambda file: file.path.name)
    dated.sort(key=lambda file: file.captured_at)
    apart: list[FrameFile] = []
    for file in dated:
        if apart and file.captured_at <= apart[-1].captured_at:
            note = f"{file.note}; same instant as {apart[-1].path.name}, told apart by a microsecond".strip("; ")
            file = replace(file, captured_at=apart[-1].captured_at + timedelta(microseconds=1), note=note)
        apart.append(file)
    return apart


def _dated(path: Path, zone: tzinfo) -> FrameFile:
    named = captured_at(path.name, zone)
    if named is not None:
        return FrameFile(path, named)
    modified = datetime.fromtimestamp(path.stat().st_mtime, zone)
    return FrameFile(path, modified, "the name tells no time, so the file's modification time counts")
