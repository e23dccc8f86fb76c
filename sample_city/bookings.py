"""What the agencies book of a case: mostly at once and right, sometimes late, twice, wrong at first, or out of order.

Belongs here: the versions of events, on which day each is delivered, and the files.
Does not belong here: what truly happened (cases.py).
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from sample_city.cases import CaseEvent, draws_of

_LATE_SHARE, _DELAYED_SHARE, _REPEATED_SHARE = 0.03, 0.02, 0.05
_MISTAKEN_SHARE, _PHANTOM_SHARE, _UNKNOWN_SHARE = 0.03, 0.01, 0.004
UNKNOWN_STATUS = "Dialihkan ke pusat"
# Every third day comes as an export, the others as the CRM's answers.
_EXPORTED_EVERY = 3


@dataclass(frozen=True)
class Booking:
    """One version of an event, as delivered on one day.

    Attributes:
        event: What it says.
        booked_at: When it was booked; None where the agency does not say, because it was at once.
        delivered_on: The city's.
        is_withdrawn: Whether it says that the event never happened.
    """

    event: CaseEvent
    booked_at: datetime | None
    delivered_on: date
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Booked:
    """A case's bookings up to a day, and what is known by them.

    Attributes:
        bookings: In no order.
        known: What truly happened, as far as it was delivered: the same as if nobody had erred.
        held: Ids of events of a status that nobody knows.
    """

    bookings: list[Booking]
    known: list[CaseEvent]
    held: list[str]


def book(life: Sequence[CaseEvent], others: Sequence[str], end: date, seed: int) -> Booked:
    """Book a case's life as far as it is delivered by the end of a day.

    Args:
        life: As `case_events` tells it, in order.
        others: Agencies that are written by mistake.
        end: The last day of delivery.
        seed: One seed, one course of errors.
    """
    booked = Booked([], [], [])
    if not life:
        return booked
    name = f"{life[0].channel}/{life[0].source_record_id}"
    _, rng = draws_of(name, seed, 8)
    for event in life:
        _book_event(rng, event, others, end, booked)
    _book_phantom(rng, life, end, booked)
    if rng.random() < _UNKNOWN_SHARE and life[0].occurred_at.date() <= end:
        unknown = replace(life[0], event_id=f"{life[0].event_id}-u", status=UNKNOWN_STATUS)
        booked.bookings.append(Booking(unknown, None, life[0].occurred_at.date()))
        booked.held.append(unknown.event_id)
    return booked


def _book_event(rng: np.random.Generator, event: CaseEvent, others: Sequence[str], end: date, booked: Booked) -> None:
    is_late, is_delayed, is_repeated, is_mistaken, says_when = rng.random(5) < (
        _LATE_SHARE, _DELAYED_SHARE, _REPEATED_SHARE, _MISTAKEN_SHARE, 0.5,
    )  # fmt: skip
    late, moved, until_corrected = rng.uniform(24, 96), rng.uniform(-2, 2), rng.uniform(1, 24)
    wrong_holder = str(rng.choice(others))
    booked_at = _later(event.occurred_at, late) if is_late else event.occurred_at
    delivered = booked_at.date() + timedelta(days=int(is_delayed))
    told = replace(event, rating=None, rated_at=None)
    if delivered > end:
        return
    newest = Booking(told, booked_at if says_when or is_late else None, delivered)
    corrected_at = _later(booked_at, until_corrected)
    if is_mistaken and corrected_at.date() <= end:
        wrong = replace(told, skpd_code=wrong_holder, occurred_at=_later(event.occurred_at, moved))
        # Some mistakes are delivered after what corrects them.
        first_day = min(end, corrected_at.date() + timedelta(days=1)) if is_delayed else booked_at.date()
        booked.bookings.append(Booking(wrong, booked_at, first_day))
        newest = Booking(told, corrected_at, corrected_at.date())
    booked.bookings.append(newest)
    if is_repeated and newest.delivered_on < end:
        booked.bookings.append(replace(newest, delivered_on=newest.delivered_on + timedelta(days=1)))
    known = told
    if event.rated_at is not None:
        rated_at = max(event.rated_at, _later(newest.booked_at or booked_at, 0.1))
        if rated_at.date() <= end:
            known = replace(told, rating=event.rating)
            booked.bookings.append(Booking(known, rated_at, rated_at.date()))
    booked.known.append(known)


def _book_phantom(rng: np.random.Generator, life: Sequence[CaseEvent], end: date, booked: Booked) -> None:
    """Book on some cases what happened to another one, and withdraw it."""
    share, until_withdrawn = rng.random(), rng.uniform(0.2, 12)
    status = str(rng.choice(("Proses", "Selesai", "Menunggu verifikasi")))
    if rng.random() >= _PHANTOM_SHARE:
        return
    at = (life[0].occurred_at + share * (life[-1].occurred_at - life[0].occurred_at)).replace(microsecond=0)
    withdrawn_at = _later(at, until_withdrawn)
    if withdrawn_at.date() <= end:
        phantom = replace(life[0], photos=(), event_id=f"{life[0].event_id}-x", status=status, occurred_at=at)
        booked.bookings.append(Booking(phantom, at, at.date()))
        booked.bookings.append(Booking(phantom, withdrawn_at, withdrawn_at.date(), is_withdrawn=True))


def _later(moment: datetime, hours: float) -> datetime:
    return moment + timedelta(seconds=round(hours * 3600))


def write_bookings(landing: Path, bookings: Iterable[Booking], seed: int) -> int:
    """Write what was delivered, one file a day, its events in no order.

    Returns:
        How many deliveries of events were written.
    """
    folder = landing / "case_events"
    folder.mkdir(parents=True, exist_ok=True)
    by_day: defaultdict[date, list[Booking]] = defaultdict(list)
    for booking in bookings:
        by_day[booking.delivered_on].append(booking)
    for day, of_day in by_day.items():
        ordered = sorted(of_day, key=lambda booking: (booking.event.event_id, str(booking.booked_at)))
        np.random.default_rng([seed, 9, day.toordinal()]).shuffle(ordered)
        items = [item_of(booking) for booking in ordered]
        if day.toordinal() % _EXPORTED_EVERY:
            (folder / f"{day:%Y-%m-%d}.json").write_text(json.dumps({"data": items}), encoding="utf-8")
        else:
            (folder / f"{day:%Y-%m-%d}.csv").write_text(_export(items), encoding="utf-8", newline="")
    return sum(len(of_day) for of_day in by_day.values())


def item_of(booking: Booking) -> dict[str, Any]:
    """A booking as the CRM answers it."""
    event = booking.event
    said = {
        "booked_at": None if booking.booked_at is None else booking.booked_at.isoformat(),
        "is_withdrawn": booking.is_withdrawn or None,
        "waits_for_reporter": event.waits_for_reporter or None,
        "promised_at": None if event.promised_at is None else event.promised_at.isoformat(),
        "rating": event.rating,
        "photos": list(event.photos) or None,
    }
    return {
        "event_id": event.event_id,
        "complaint": {"channel": event.channel, "source_record_id": event.source_record_id},
        "status": {"name": event.status},
        "skpd": {"code": event.skpd_code},
        "occurred_at": event.occurred_at.isoformat(),
        **{name: value for name, value in said.items() if value is not None},
    }


def _export(items: Iterable[Mapping[str, Any]]) -> str:
    columns = (
        "event_id", "channel", "source_record_id", "status", "skpd_code", "occurred_at", "booked_at", "is_withdrawn",
        "waits_for_reporter", "promised_at", "rating", "photos",
    )  # fmt: skip
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", delimiter=";")
    writer.writeheader()
    for item in items:
        flat = {**item, **item["complaint"]}
        names = " ".join(item.get("photos", ()))
        writer.writerow(flat | {"status": item["status"]["name"], "skpd_code": item["skpd"]["code"], "photos": names})
    return text.getvalue()
