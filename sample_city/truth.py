"""The hidden truth of a sample city, written beside what the platform may read.

Belongs here: the columns of the truth files.
Does not belong here: anything that decides what is true.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from sample_city.cases import CaseEvent
from sample_city.frames import FrameTruth
from sample_city.model import Complaint, Decision, Extras, PlaceBasis
from sample_city.traffic import write_area_hours

_Row = Sequence[object]


def write_complaints(folder: Path, complaints: Iterable[Complaint]) -> None:
    """Write one row per complaint.

    `decision` and `place_basis` speak of the last version, `first_decision` and `missing` of the first.
    `duplicate_of` and `relapse_of` are `channel/source_record_id`; what was reported before the sample's first day is
    in no file.
    """
    columns = (
        "channel", "source_record_id", "reported_at", "kelurahan_code", "category_code", "skpd_code", "decision",
        "first_decision", "missing", "kind", "duplicate_of", "relapse_of", "doubt", "place_basis", "is_edited",
        "is_removed",
    )  # fmt: skip
    _write(folder / "complaints.csv", columns, (_complaint(complaint) for complaint in complaints))


def write_cases(folder: Path, cases: Mapping[tuple[str, str], Sequence[CaseEvent]], end: date) -> None:
    """Write one row per case as it stands at the end of the last day.

    `will_resolve_at` may lie after that day; it is empty for what is refused or gets stuck.
    """
    columns = (
        "channel", "source_record_id", "first_status_at", "last_status", "last_skpd_code", "resolved_at",
        "will_resolve_at",
    )  # fmt: skip
    _write(folder / "cases.csv", columns, (_case(events, end) for events in cases.values()))


def write_extras(folder: Path, extras: Extras) -> None:
    """Write what was delivered and is no complaint: set_aside.csv and unreadable.csv."""
    aside = (
        (item.channel, item.source_record_id, item.reason, item.occurred_at.isoformat()) for item in extras.set_aside
    )
    _write(folder / "set_aside.csv", ("channel", "source_record_id", "reason", "occurred_at"), aside)
    unreadable = ((item.channel, item.origin, item.reason) for item in extras.unreadable)
    _write(folder / "unreadable.csv", ("channel", "origin", "reason"), unreadable)


def write_frame_truth(folder: Path, frames: Iterable[FrameTruth]) -> None:
    """Write one row per camera and slot."""
    columns = ("camera_id", "slot_start", "captured_at", "status", "lighting", "density_share")
    _write(folder / "frames.csv", columns, (_frame(frame) for frame in frames))


def write_hours(folder: Path, hours: pd.DataFrame) -> None:
    """Write the jam index of every area and hour from the last day on."""
    write_area_hours(folder / "area_hours.csv", hours)


def _complaint(complaint: Complaint) -> _Row:
    is_placed_later = complaint.missing and complaint.decision is Decision.ACCEPTED
    return (
        complaint.channel,
        complaint.source_record_id,
        complaint.reported_at.isoformat(),
        complaint.kelurahan.code,
        complaint.category.code,
        complaint.skpd_code,
        complaint.decision,
        complaint.first_decision,
        " ".join(complaint.missing),
        complaint.kind,
        complaint.duplicate_of,
        complaint.relapse_of,
        complaint.doubt or "",
        PlaceBasis.KELURAHAN_NAME if is_placed_later else complaint.place_basis,
        int(bool(complaint.edited_text)),
        int(complaint.is_removed),
    )


def _case(events: Sequence[CaseEvent], end: date) -> _Row:
    past = [event for event in events if event.occurred_at.date() <= end]
    resolved = events[-1].occurred_at.isoformat() if events[-1].status == "Selesai" else ""
    return (
        events[0].channel,
        events[0].source_record_id,
        past[0].occurred_at.isoformat() if past else "",
        past[-1].status if past else "",
        past[-1].skpd_code if past else "",
        resolved if len(past) == len(events) else "",
        resolved,
    )


def _frame(frame: FrameTruth) -> _Row:
    return (
        frame.camera_id,
        frame.slot_start.isoformat(),
        "" if frame.captured_at is None else frame.captured_at.isoformat(),
        frame.status,
        "night" if frame.is_night else "day",
        "" if frame.density_share is None else f"{frame.density_share:.4f}",
    )


def _write(path: Path, columns: Sequence[str], rows: Iterable[_Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
