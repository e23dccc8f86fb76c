"""The hidden truth of a sample city, written beside what the platform may read.

Belongs here: the columns of the truth files.
Does not belong here: anything that decides what is true.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pandas as pd

from sample_city.bookings import Booked
from sample_city.cases import CaseEvent
from sample_city.evidence import EvidencePhoto
from sample_city.frames import FrameTruth
from sample_city.model import Complaint, Decision, Extras, Missing, PlaceBasis
from sample_city.spans import Span, holder_spans, pauses
from sample_city.tickets import Ticket
from sample_city.traffic import write_area_hours

_Row = Sequence[object]


def write_complaints(folder: Path, complaints: Iterable[Complaint]) -> None:
    """Write one row per complaint.

    `decision` and `place_basis` speak of the last version, `first_decision` and `missing` of the first; `answer_id` is
    the channel's id of the message that completed it.
    `duplicate_of` and `relapse_of` are `channel/source_record_id`; what was reported before the sample's first day is
    in no file.
    """
    columns = (
        "channel", "source_record_id", "reported_at", "kelurahan_code", "category_code", "skpd_code", "decision",
        "first_decision", "missing", "kind", "duplicate_of", "relapse_of", "doubt", "place_basis", "is_edited",
        "is_removed", "answer_id",
    )  # fmt: skip
    _write(folder / "complaints.csv", columns, (_complaint(complaint) for complaint in complaints))


def write_cases(folder: Path, cases: Iterable[Booked], as_of: datetime) -> None:
    """Write one row per case and one per holder span, as known by what was delivered, and the ids of held events.

    A case of which nothing was delivered has no row.
    """
    known = [(booked.known, holder_spans(booked.known, as_of)) for booked in cases if booked.known]
    columns = (
        "channel", "source_record_id", "last_status", "last_skpd_code", "first_coordinated_at", "resolved_at",
        "promised_at", "rating", "hours_waited",
    )  # fmt: skip
    _write(folder / "cases.csv", columns, (_case(events, as_of) for events, _ in known))
    span_columns = (
        "channel", "source_record_id", "span_number", "holder_code", "held_from", "held_to", "ended_by", "hours_paused",
    )  # fmt: skip
    spans = ((events[0], number, span) for events, all_spans in known for number, span in enumerate(all_spans, start=1))
    _write(folder / "holder_spans.csv", span_columns, (_span(*row) for row in spans))
    held = ((event_id,) for booked in cases for event_id in booked.held)
    _write(folder / "held_events.csv", ("event_id",), held)


def write_ticket_truth(folder: Path, tickets: Iterable[Ticket]) -> None:
    """Write one row per ticket, with the plate that nobody may store and whether it can be read."""
    columns = ("ticket_number", "occurred_at", "article_code", "kecamatan_code", "plate", "is_readable")
    rows = (
        (
            one.number, one.occurred_at.isoformat(), one.article_code, one.kecamatan_code, one.plate,
            int(one.is_readable),
        )
        for one in tickets
    )  # fmt: skip
    _write(folder / "tickets.csv", columns, rows)


def write_evidence_truth(folder: Path, photos: Iterable[EvidencePhoto]) -> None:
    """Write one row per follow-up photo, with the one that it shows again."""
    rows = ((one.event_id, one.name, one.reuses, one.alteration) for one in photos)
    _write(folder / "evidence.csv", ("event_id", "photo_name", "reuses", "alteration"), rows)


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
    is_placed_later = Missing.PLACE in complaint.missing and complaint.decision is Decision.ACCEPTED
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
        complaint.answer_id,
    )


def _case(events: Sequence[CaseEvent], as_of: datetime) -> _Row:
    last = events[-1]
    done = list(takewhile(lambda event: event.status == "Selesai", reversed(events)))
    promised = [event.promised_at for event in events if event.promised_at]
    ratings = [event.rating for event in events if event.rating]
    waited = sum(((end - start) / timedelta(hours=1) for start, end in pauses(events, as_of)), 0.0)
    return (
        last.channel,
        last.source_record_id,
        last.status,
        last.skpd_code,
        _iso_or_empty(next((event.occurred_at for event in events if event.status != "Menunggu"), None)),
        _iso_or_empty(done[-1].occurred_at if done else None),
        _iso_or_empty(promised[-1] if promised else None),
        ratings[-1] if ratings else "",
        waited,
    )


def _span(event: CaseEvent, number: int, span: Span) -> _Row:
    return (
        event.channel,
        event.source_record_id,
        number,
        span.holder_code,
        _iso_or_empty(span.held_from),
        _iso_or_empty(span.held_to),
        span.ended_by or "",
        span.hours_paused,
    )


def _iso_or_empty(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


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
