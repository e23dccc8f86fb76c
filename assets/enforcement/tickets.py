"""Tickets: what an ETLE camera or an officer wrote, as it lands in `tickets/`.

Belongs here: the two wire formats, ETLE's JSON and the field operations' table.
Does not belong here: in which area it was (intake.py), plates (plates.py).
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from assets.clock import city_zone
from assets.enforcement.plates import PLATE, PLATE_FIELDS, form_of, is_plate_field, without_plates
from assets.sources.csv_rows import write_row
from assets.sources.faults import reason_of
from assets.sources.forms import Form
from assets.sources.local_time import read_moment
from assets.sources.records import Noted, PayloadError, Unreadable
from assets.sources.tables import Row, read_table, read_table_id
from assets.sources.wire import found, load_json, read_degrees, read_object, read_text, read_time
from assets.sources.workbook import is_workbook


class TicketSource(StrEnum):
    """Who wrote a ticket."""

    ETLE = "etle"
    POLDA = "polda"
    DISHUB = "dishub"


class VehicleClass(StrEnum):
    """What was driven."""

    MOTORCYCLE = "motorcycle"
    CAR = "car"
    BUS = "bus"
    TRUCK = "truck"


@dataclass(frozen=True)
class Ticket:
    """One ticket; no plate.

    Attributes:
        ticket_number: Of the form, one in the whole country.
        source: Who wrote it.
        occurred_at: UTC.
        article_code: Of `violation_articles.csv`.
        vehicle_class: What was driven.
        device_code: Of `etle_points.csv`; None for an officer's.
        place: As the officer wrote it; None for a camera's.
        latitude: Degrees; None without.
        longitude: Degrees; None without.
    """

    ticket_number: str
    source: TicketSource
    occurred_at: datetime
    article_code: str
    vehicle_class: VehicleClass
    device_code: str | None = None
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Codes:
    """The codes that are known; another one is unreadable, never null."""

    articles: Collection[str]
    devices: Collection[str]


NUMBER, DAY, CLOCK, PLACE = "No Tilang", "Tanggal", "Jam", "Lokasi"
ARTICLE, VEHICLE, UNIT = "Pasal", "Jenis Kendaraan", "Instansi"
COLUMNS = (NUMBER, DAY, CLOCK, PLACE, ARTICLE, VEHICLE, UNIT)
FORM = Form(
    COLUMNS,
    required=(NUMBER, DAY, ARTICLE, UNIT),
    synonyms={
        **dict.fromkeys(("Nomor Tilang", "No Surat Tilang", "Nomor Surat Tilang"), NUMBER),
        "Tgl": DAY,
        **dict.fromkeys(("Pukul", "Waktu"), CLOCK),
    },
    left_out=("No", "No Urut", *PLATE_FIELDS),
)

_FIELDS = frozenset({"ticket_id", "device", "occurred_at", "violation", "vehicle", "latitude", "longitude"})

# How the name of a unit begins: the police call theirs by its rank and city ("Polda Metro Jaya", "Polresta ...").
_UNITS = {
    "ditlantas": TicketSource.POLDA,
    "satlantas": TicketSource.POLDA,
    "polda": TicketSource.POLDA,
    "polres": TicketSource.POLDA,
    "polsek": TicketSource.POLDA,
    "dishub": TicketSource.DISHUB,
    "dinas perhubungan": TicketSource.DISHUB,
}
_VEHICLES = {
    "sepeda motor": VehicleClass.MOTORCYCLE,
    "motor": VehicleClass.MOTORCYCLE,
    "mobil": VehicleClass.CAR,
    "mobil penumpang": VehicleClass.CAR,
    "bus": VehicleClass.BUS,
    "truk": VehicleClass.TRUCK,
    "mobil barang": VehicleClass.TRUCK,
} | {kind.value: kind for kind in VehicleClass}


def split(content: bytes, origin: str, codes: Codes) -> list[Ticket | Unreadable | Noted]:
    """Read one file of tickets.

    Args:
        content: JSON `{"data": [...]}` of ETLE, or a table of field operations.
        origin: The file's path, for what cannot be read.
        codes: What is known.

    Returns:
        One entry for each ticket in the order of the file; one for the whole file where it is neither. What is kept of
        an unreadable one holds no plate.
    """
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and not is_workbook(content):
            return [*_of_cameras(content, origin, codes)]
        table = read_table(content, FORM)
        tickets = (_of_an_officer(row, f"{origin}#{row.place}", codes) for row in table.rows)
        return [*tickets, *(Noted(origin, without_plates(note)) for note in table.notes)]
    except Exception as error:
        return [Unreadable(origin, form_of(content), reason_of(error, "a file of tickets"))]


def write_ticket(ticket: Ticket) -> bytes:
    """Write the least file that reads as a ticket."""
    if ticket.source is TicketSource.ETLE:
        item = {
            "ticket_id": ticket.ticket_number,
            "device": {"code": ticket.device_code},
            "occurred_at": ticket.occurred_at.isoformat(),
            "violation": {"article": ticket.article_code},
            "vehicle": {"class": ticket.vehicle_class.value},
            "latitude": ticket.latitude,
            "longitude": ticket.longitude,
        }
        return json.dumps({"data": [item]}, ensure_ascii=False).encode()
    local = ticket.occurred_at.astimezone(city_zone())
    values = {
        NUMBER: ticket.ticket_number,
        DAY: local.date().isoformat(),
        CLOCK: f"{local:%H:%M:%S}",
        PLACE: ticket.place or "",
        ARTICLE: ticket.article_code,
        VEHICLE: ticket.vehicle_class.value,
        UNIT: next(name for name, unit in _UNITS.items() if unit is ticket.source),
    }
    return write_row(COLUMNS, values)


def _of_cameras(content: bytes, origin: str, codes: Codes) -> list[Ticket | Unreadable]:
    items = read_object(load_json(content), "tickets").get("data")
    if not isinstance(items, list):
        raise PayloadError("data as a list of tickets", found(items))
    return [_of_a_camera(item, f"{origin}#/data/{number}", codes) for number, item in enumerate(items)]


def _of_a_camera(item: object, where: str, codes: Codes) -> Ticket | Unreadable:
    try:
        fields = read_object(item, "ticket")
        device = _known(_part(fields, "device", "code"), codes.devices, "a device of etle_points.csv")
        return Ticket(
            ticket_number=_number(fields.get("ticket_id")),
            source=TicketSource.ETLE,
            occurred_at=read_time(fields.get("occurred_at"), "occurred_at"),
            article_code=_article(_part(fields, "violation", "article"), codes),
            vehicle_class=_vehicle(_part(fields, "vehicle", "class")),
            device_code=device,
            latitude=read_degrees(fields.get("latitude"), 90),
            longitude=read_degrees(fields.get("longitude"), 180),
        )
    except Exception as error:
        kept = json.dumps({"data": [_known_part(item)]}, ensure_ascii=False)
        return Unreadable(where, kept.encode(), reason_of(error, "a ticket"))


def _of_an_officer(row: Row, where: str, codes: Codes) -> Ticket | Unreadable:
    values = {name: cell.strip() for name, cell in row.values.items() if not is_plate_field(name)}
    try:
        if row.fault:
            raise row.fault
        if CLOCK not in values:
            raise PayloadError(f"{CLOCK} as a time of day", "none")
        return Ticket(
            ticket_number=_number(values.get(NUMBER)),
            source=_unit(values.get(UNIT)),
            occurred_at=read_moment(values.get(DAY), values.get(CLOCK), DAY, CLOCK),
            article_code=_article(values.get(ARTICLE), codes),
            vehicle_class=_vehicle(values.get(VEHICLE)),
            place=without_plates(read_text(values.get(PLACE), PLACE)),
        )
    except Exception as error:
        kept = form_of(row.text.encode()) if row.fault else write_row(COLUMNS, without_plates(values))
        return Unreadable(where, kept, reason_of(error, "a ticket"))


def _known_part(item: object) -> object:
    """What of a camera's ticket is known to hold no plate; of anything else nothing."""
    if not isinstance(item, dict):
        return None
    return without_plates({key: value for key, value in item.items() if key in _FIELDS})


def _number(value: object) -> str:
    """A form's number; a plate that slipped into its column is none."""
    number = read_table_id(value, NUMBER)
    if PLATE.fullmatch(number):
        raise PayloadError("the number of a form", "what looks like a plate")
    return number


def _part(fields: Mapping[str, Any], name: str, part: str) -> object:
    return read_object(fields.get(name), name).get(part)


def _known(code: object, known: Collection[str], expected: str) -> str:
    if not isinstance(code, str) or code not in known:
        raise PayloadError(expected, found(code))
    return code


def _article(code: object, codes: Codes) -> str:
    return _known(code, codes.articles, "an article of violation_articles.csv")


def _vehicle(name: object) -> VehicleClass:
    kind = _VEHICLES.get(" ".join(name.casefold().split())) if isinstance(name, str) else None
    if kind is None:
        raise PayloadError(f"a vehicle class: {', '.join(_VEHICLES)}", found(name))
    return kind


def _unit(name: object) -> TicketSource:
    said = " ".join(name.casefold().split()) if isinstance(name, str) else ""
    for begin, unit in _UNITS.items():
        if said.startswith(begin):
            return unit
    raise PayloadError(f"{UNIT} that begins with one of {', '.join(_UNITS)}", found(name))
