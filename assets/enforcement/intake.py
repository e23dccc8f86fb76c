"""Tickets from the landing folder into raw.tickets, each in its area.

Belongs here: the walk from bytes to the table. Does not belong here: the wire formats (tickets.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection

from assets.enforcement.reference import EtlePoint, load_enforcement
from assets.enforcement.tickets import Codes, Ticket, split, write_ticket
from assets.places.gazetteer import Gazetteer
from assets.places.place import Whereabouts, locate
from assets.reference import load_reference
from assets.sources.landing import Batch, Quarantined, new_files, write_quarantine, write_receipts
from assets.sources.quarantine import Payload, replay
from assets.sources.records import Noted, Unreadable
from assets.storage import merge_rows

COLUMNS = (
    "ticket_number", "source", "occurred_at", "article_code", "vehicle_class", "device_code", "latitude", "longitude",
    "kelurahan_code", "kecamatan_code", "area_basis", "received_at", "batch_id", "is_synthetic",
)  # fmt: skip

OTHER = "expected one ticket of a number, found another time, article or vehicle under it"


@dataclass(frozen=True)
class Area:
    """Where a ticket was written.

    Attributes:
        kelurahan_code: None where only the kecamatan is known.
        kecamatan_code: None where the area is unknown.
        basis: `device`, `point`, `text` or `none`.
    """

    kelurahan_code: str | None
    kecamatan_code: str | None
    basis: str


@dataclass(frozen=True)
class Streets:
    """What is needed to read and place tickets."""

    codes: Codes
    points: Mapping[str, EtlePoint]
    gazetteer: Gazetteer


def read_streets(seeds: Path) -> Streets:
    """Read what the seeds know."""
    known = load_enforcement(seeds)
    return Streets(Codes(known.articles, known.points), known.points, Gazetteer(load_reference(seeds)))


def take_in_tickets(
    connection: Connection, landing: Path, batch: Batch, streets: Streets
) -> tuple[Counter[str], set[str]]:
    """Add tickets that are new; one that is delivered again adds nothing.

    Args:
        connection: Open connection; the caller owns the transaction.
        landing: The landing folder.
        batch: This reading.
        streets: What is known.

    Returns:
        What one reading found, and what was passed over.
    """
    counts: Counter[str] = Counter()
    notes: set[str] = set()
    no_files: list[Quarantined] = []
    for file in new_files(connection, landing, batch.channel, no_files):
        write_receipts(connection, batch, [file])
        items = split(file.content, file.path, streets.codes)
        tickets, refused = _storable_and_refused(connection, items, file.path)
        new = _store(connection, batch, tickets, streets)
        counts["files"] += 1
        counts["tickets"] += new
        counts["repeated"] += len(tickets) - new
        counts["quarantined"] += write_quarantine(connection, batch, refused)
        notes |= {f"{item.origin}: {item.text}" for item in items if isinstance(item, Noted)}
    if held := write_quarantine(connection, batch, no_files):
        counts["quarantined"] += held
    return counts, notes


def replay_tickets(connection: Connection, numbers: Sequence[int], batch: Batch, streets: Streets) -> tuple[int, int]:
    """Read quarantined tickets again, after an article or a device was added, or the format mended.

    Args:
        connection: Open connection; the caller owns the transaction.
        numbers: Entries of the quarantine.
        batch: This reading.
        streets: What is known.

    Returns:
        Tickets found, and those that stay in quarantine.
    """

    def read(payload: Payload) -> tuple[list[Ticket], list[Quarantined]]:
        return _storable_and_refused(connection, split(payload.content, payload.origin, streets.codes), payload.origin)

    def store(tickets: Sequence[Ticket]) -> None:
        _store(connection, batch, tickets, streets)

    found, held, _ = replay(connection, batch, numbers, read, store)
    return found, held


def _storable_and_refused(
    connection: Connection, items: Sequence[Ticket | Unreadable | Noted], origin: str
) -> tuple[list[Ticket], list[Quarantined]]:
    """The tickets as they may be stored; and what cannot be read or bears the number of another ticket."""
    tickets: list[Ticket] = []
    held = [Quarantined(item.origin, item.content, item.reason) for item in items if isinstance(item, Unreadable)]
    read = [item for item in items if isinstance(item, Ticket)]
    rows = connection.execute(
        "select ticket_number, occurred_at, article_code, vehicle_class from raw.tickets where ticket_number = any(%s)",
        [[ticket.ticket_number for ticket in read]],
    )
    known = {number: tuple(said) for number, *said in rows}
    for ticket in read:
        said = (ticket.occurred_at, ticket.article_code, ticket.vehicle_class.value)
        if known.setdefault(ticket.ticket_number, said) == said:
            tickets.append(ticket)
        else:
            held.append(Quarantined(f"{origin}#{ticket.ticket_number}", write_ticket(ticket), OTHER))
    return tickets, held


def _store(connection: Connection, batch: Batch, tickets: Sequence[Ticket], streets: Streets) -> int:
    """Add tickets; returns how many were new. The number of the form tells two tickets apart, whoever exports them."""
    rows = {
        ticket.ticket_number: (
            ticket.ticket_number, ticket.source.value, ticket.occurred_at, ticket.article_code,
            ticket.vehicle_class.value, ticket.device_code, ticket.latitude, ticket.longitude, area.kelurahan_code,
            area.kecamatan_code, area.basis, batch.received_at, batch.batch_id, batch.is_synthetic,
        )
        for ticket, area in zip(tickets, _areas(tickets, streets), strict=True)
    }  # fmt: skip
    return merge_rows(connection, "raw.tickets", COLUMNS, rows.values(), key=["ticket_number"])


def _areas(tickets: Sequence[Ticket], streets: Streets) -> list[Area]:
    """A camera's own kecamatan, else that of the point, else what the officer's words name."""
    places = locate(
        [Whereabouts(ticket.latitude, ticket.longitude, address=ticket.place) for ticket in tickets], streets.gazetteer
    )
    areas = []
    for ticket, place in zip(tickets, places, strict=True):
        if ticket.device_code is not None:
            areas.append(Area(None, streets.points[ticket.device_code].kecamatan_code, "device"))
        elif place.kecamatan_code is None:
            areas.append(Area(None, None, "none"))
        else:
            areas.append(Area(place.kelurahan_code, place.kecamatan_code, "point" if place.point else "text"))
    return areas
