"""Records of any list to cameras of the platform's own: each is imported, imported with a doubt, or refused.

Belongs here: what becomes of a record, and doubts that only show beside the others. Does not belong here: single fields
(fields.py, position.py, source.py, ground.py), files (records.py).

Nothing is guessed silently: what is not sure is left empty or named as a doubt of its row, and every row is counted.
"""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from assets.cctv.camera_list import ListedCamera
from assets.cctv.importing.fields import Said, cameras_of, read_fields
from assets.cctv.importing.ground import Ground
from assets.cctv.importing.position import read_position
from assets.cctv.importing.source import best_source

COLUMNS = (
    "camera_id", "name", "road", "kelurahan_code", "latitude", "longitude", "source_kind", "url", "provider",
    "is_enabled",
)  # fmt: skip


class Outcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    DOUBTED = "imported with a doubt"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row.

    Attributes:
        row: Its number, from 1; a site with several cameras has its number several times.
        name: As the list calls it; empty where it does not.
        outcome: What became of it.
        reasons: Of a doubt or a refusal; they name no address.
    """

    row: int
    name: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """Cameras, and a verdict on each row of the list."""

    cameras: tuple[ListedCamera, ...]
    verdicts: tuple[Verdict, ...]

    def counts(self) -> dict[Outcome, int]:
        """Number of rows by what became of them."""
        found = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome: found[outcome] for outcome in Outcome}


def import_records(rows: Sequence[Mapping[str, Any]], ground: Ground) -> Imported:
    """Import a list.

    Args:
        rows: Its records.
        ground: Of the city whose cameras they are.
    """
    verdicts: list[Verdict] = []
    cameras: list[ListedCamera] = []
    seen = _Seen()
    for row, record in enumerate(rows, start=1):
        for one in cameras_of(record):
            said = read_fields(one)
            name = said.first("name") or ""
            camera, doubts = _camera(said, ground)
            if camera is not None:
                camera, more = seen.beside_others(camera, row, has_name=bool(name))
                doubts = [*doubts, *more] if camera is not None else more
            if camera is None:
                verdicts.append(Verdict(row, name, Outcome.REFUSED, tuple(doubts)))
                continue
            cameras.append(camera)
            verdicts.append(Verdict(row, name, Outcome.DOUBTED if doubts else Outcome.IMPORTED, tuple(doubts)))
    return Imported(tuple(cameras), tuple(verdicts))


def _camera(said: Said, ground: Ground) -> tuple[ListedCamera | None, list[str]]:
    """A camera with what is doubtful, or None with the reasons."""
    source = best_source(said.addresses, said.logins, said.first("source_kind"))
    if source.doubt and not source.url:
        return None, [f"url: {source.doubt}"]
    doubts = [source.doubt] if source.doubt else []
    if not source.url:
        doubts.append("url: none in the list, left empty and the camera switched off")
    position = read_position(said.latitude, said.longitude, ground.box)
    if position.doubt:
        empty = ", left empty" if position.latitude is None else ""
        doubts.append(f"latitude, longitude: {position.doubt}{empty}")
    area = ground.area(said, position)
    doubts += area.doubts
    name = said.first("name")
    if name is None:
        if not source.url:
            return None, ["name: none in the list, nor an address"]
        doubts.append("name: none in the list")
    mark = _mark(source.url or f"{name} {position.latitude} {position.longitude}")
    camera = ListedCamera(
        camera_id=said.first("camera_id") or f"cam-{mark}",
        name=name or f"Kamera {mark}",
        road=said.first("road"),
        kelurahan_code=area.code,
        latitude=position.latitude,
        longitude=position.longitude,
        source_kind=source.kind or "folder",
        url=source.url or None,
        provider=said.first("provider"),
        is_enabled=bool(source.url),
    )
    return camera, doubts


def _mark(text: str) -> str:
    """Eight letters that tell one camera from others, the same at every import."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


class _Seen:
    """The rows so far, by what should be each camera's own."""

    def __init__(self) -> None:
        self._by: defaultdict[str, dict[Any, int]] = defaultdict(dict)

    def beside_others(self, camera: ListedCamera, row: int, *, has_name: bool) -> tuple[ListedCamera | None, list[str]]:
        """The camera with doubts that the rows before it cast, or None where one of them is the same camera."""
        if camera.url and (same := self._note("url", camera.url, row)) is not None:
            return None, [f"url: the address of row {same} again"]
        doubts = []
        if (same := self._note("camera_id", camera.camera_id, row)) is not None:
            doubts.append(f"camera_id: {camera.camera_id!r} is that of row {same} too; a part of its own was added")
            camera = replace(camera, camera_id=f"{camera.camera_id}-{_mark(f'{camera.url} {camera.name} {row}')}")
        place = (camera.latitude, camera.longitude)
        if has_name and (same := self._note("name", camera.name.casefold(), row)) is not None:
            doubts.append(f"name: that of row {same} again")
        if camera.latitude is not None and (same := self._note("place", place, row)) is not None:
            doubts.append(f"latitude, longitude: those of row {same} again")
        return camera, doubts

    def _note(self, what: str, value: object, row: int) -> int | None:
        """The first row with this value; None where it is new."""
        first = self._by[what].get(value)
        self._by[what].setdefault(value, row)
        return first


def pasted_texts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Fields whose one longer text stands on three rows and more, with the most rows: what they say is of no camera."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for field, value in row.items():
            if isinstance(value, str) and len(value) >= 20:
                counts[field][value] += 1
    most = [(field, texts.most_common(1)[0][1]) for field, texts in counts.items()]
    return [(field, number) for field, number in most if number >= 3]


def as_csv(cameras: Sequence[ListedCamera]) -> str:
    """A list as JSC_CAMERA_LISTS takes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for camera in cameras:
        values = asdict(camera) | {"is_enabled": int(camera.is_enabled)}
        writer.writerow(["" if values[name] is None else values[name] for name in COLUMNS])
    return out.getvalue()
