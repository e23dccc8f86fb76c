"""Records of any list to cameras of the platform's own: each is imported, imported with a doubt, or refused.

Belongs here: what becomes of a record. Does not belong here: single fields (fields.py, position.py, source.py,
ground.py), doubts that only show beside the others (seen.py), files (records.py).

Nothing is guessed silently: what is not sure is left empty or named as a doubt of its row, and every row is counted.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assets.cctv.camera_list import ListedCamera, is_on
from assets.cctv.importing.fields import Said, read_fields
from assets.cctv.importing.ground import Ground
from assets.cctv.importing.hidden import hidden_in
from assets.cctv.importing.own import OWN, own_columns, own_texts
from assets.cctv.importing.position import choose_position
from assets.cctv.importing.seen import Seen, mark_of
from assets.cctv.importing.sites import cameras_of
from assets.cctv.importing.source import best_source
from assets.cctv.importing.unread import Unread

COLUMNS = (
    "camera_id", "name", "road", "kelurahan_code", "latitude", "longitude", "source_kind", "url", "provider",
    "is_enabled", *OWN,
)  # fmt: skip
_OFF = "left empty and the camera switched off"


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


def import_records(rows: Sequence[Mapping[str, Any] | Unread], ground: Ground) -> Imported:
    """Import a list.

    Args:
        rows: Its records.
        ground: Of the city whose cameras they are.
    """
    verdicts: list[Verdict] = []
    cameras: list[ListedCamera] = []
    seen = Seen()
    for row, record in enumerate(rows, start=1):
        for one in [record] if isinstance(record, Unread) else cameras_of(record):
            if isinstance(one, Unread):
                verdicts.append(Verdict(row, "", Outcome.REFUSED, (one.reason,)))
                continue
            said = read_fields(one)
            name = said.first("name") or ""
            camera, doubts = _camera(one, said, ground)
            if camera is not None:
                camera, more = seen.beside_others(camera, row, has_name=bool(name))
                doubts = [*doubts, *more] if camera is not None else more
            if camera is None:
                verdicts.append(Verdict(row, name, Outcome.REFUSED, tuple(doubts)))
                continue
            cameras.append(camera)
            verdicts.append(Verdict(row, name, Outcome.DOUBTED if doubts else Outcome.IMPORTED, tuple(doubts)))
    return Imported(tuple(cameras), tuple(verdicts))


def _camera(record: Mapping[str, Any], said: Said, ground: Ground) -> tuple[ListedCamera | None, list[str]]:
    """A camera with what is doubtful, or None with the reasons."""
    source = best_source(said.addresses, said.left_out, said.first("source_kind"))
    if source.doubt and not source.url:
        return None, [f"url: {source.doubt}", *said.doubts]
    doubts = [*([source.doubt] if source.doubt else []), *said.doubts]
    if not source.url:
        found = "only an icon" if said.addresses else "none"
        said_more = any(doubt.startswith("url: ") for doubt in said.doubts)
        doubts.append(f"url: {_OFF}" if said_more else f"url: {found} in the list, {_OFF}")
    position, doubt = choose_position(said.positions, ground.box)
    if doubt:
        doubts.append(f"latitude, longitude: {doubt}")
    area = ground.area(said, position)
    doubts += area.doubts
    name = said.first("name")
    if name is None:
        if not source.url:
            return None, ["name: none in the list, nor an address", *said.doubts]
        doubts.append("name: none in the list")
    own, more = own_columns(record)
    mark = mark_of(source.url or f"{name} {position.latitude} {position.longitude}")
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
        is_enabled=bool(source.url) and is_on(said.first("is_enabled")),
        **own,
    )
    return camera, doubts + more


def pasted_texts(rows: Sequence[Mapping[str, Any] | Unread]) -> list[tuple[str, int]]:
    """Fields whose one longer text stands on three rows and more, with the most rows: what they say is of no camera."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for field, value in row.items() if isinstance(row, Mapping) else ():
            if isinstance(value, str) and len(value) >= 20:
                counts[field][value] += 1
    most = [(field, texts.most_common(1)[0][1]) for field, texts in counts.items()]
    return [(field, number) for field, number in most if number >= 3 and not hidden_in(field)]


def as_csv(cameras: Sequence[ListedCamera]) -> str:
    """A list as JSC_CAMERA_LISTS takes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for camera in cameras:
        values = {"is_enabled": int(camera.is_enabled), **own_texts(camera)}
        texts = [values[name] if name in values else getattr(camera, name) for name in COLUMNS]
        writer.writerow(["" if text is None else text for text in texts])
    return out.getvalue()
