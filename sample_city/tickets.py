"""Tickets that cameras and officers write: most where it jams, some delivered twice, some that nobody can read.

Belongs here: the tickets of a day, their files and their truth. Does not belong here: where it jams (traffic.py).

Every ticket carries a number plate, as the real logs do: none of them may be found in what the platform stores.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from sample_city.reference import Kecamatan, Reference

# Points that write most tickets, in the city that has them; in another one all of its points do.
_BUSY_DEVICES = ("patung_kuda", "simpang_sarinah", "fo_sudirman", "jpo_mrt_kemenpan_rb")
_OF_CAMERAS = ("287_1_ganjil_genap", "287_5", "283", "289", "287_2")
_OF_OFFICERS = ("287_3_parkir", "287_1_busway", "287_1_marka", "291_1", "281", "288_1")
_VEHICLES = ("motorcycle", "car", "bus", "truck")
_WORDS = {"motorcycle": "Sepeda motor", "car": "Mobil penumpang", "bus": "Bus", "truck": "Truk"}
# Of a day; officers write as many in each kecamatan of a city as in one with so many.
_BY_CAMERA, _BY_OFFICER, _KECAMATAN = 60, 140, 44
_REPEATED_SHARE, _UNREADABLE_SHARE, _NOWHERE_SHARE = 0.04, 0.01, 0.05
HEADER = ("No Tilang", "Tanggal", "Jam", "Lokasi", "Pasal", "Jenis Kendaraan", "TNKB", "Instansi")


@dataclass(frozen=True)
class Ticket:
    """One ticket with its truth.

    Attributes:
        number: Of the form.
        occurred_at: The city's.
        article_code: What was violated.
        vehicle_class: What was driven.
        plate: Synthetic; must be stored nowhere.
        device_code: Empty for an officer's.
        unit: Of an officer; empty for a camera's.
        place: An officer's words; empty for a camera's.
        kecamatan_code: Where it was; empty where the words do not say.
        is_readable: Whether its article is one that exists.
    """

    number: str
    occurred_at: datetime
    article_code: str
    vehicle_class: str
    plate: str
    device_code: str = ""
    unit: str = ""
    place: str = ""
    kecamatan_code: str = ""
    is_readable: bool = True


def tickets_of(day: date, reference: Reference, seed: int) -> list[Ticket]:
    """The tickets of one day; a city without a point has none by camera."""
    rng = np.random.default_rng([seed, 10, day.toordinal()])
    midnight, known = datetime.combine(day, time(), reference.zone), reference.devices
    devices = {code: known[code] for code in _BUSY_DEVICES if code in known} or known
    written = [_by_camera(rng, midnight, number, devices) for number in range(_BY_CAMERA if devices else 0)]
    by_officer = round(_BY_OFFICER * len(reference.kecamatan) / _KECAMATAN)
    written += [_by_officer(rng, midnight, number, reference.kecamatan) for number in range(by_officer)]
    return written


def _by_camera(rng: np.random.Generator, midnight: datetime, number: int, devices: Mapping[str, str]) -> Ticket:
    device = str(rng.choice(list(devices)))
    return Ticket(
        number=f"ETLE-{midnight:%Y%m%d}-{number:05}",
        occurred_at=_moment(rng, midnight),
        article_code=_article(rng, _OF_CAMERAS),
        vehicle_class=str(rng.choice(_VEHICLES, p=(0.3, 0.6, 0.04, 0.06))),
        plate=_plate(rng),
        device_code=device,
        kecamatan_code=devices[device],
        is_readable=rng.random() >= _UNREADABLE_SHARE,
    )


def _by_officer(rng: np.random.Generator, midnight: datetime, number: int, kecamatan: Sequence[Kecamatan]) -> Ticket:
    area = kecamatan[int(rng.integers(len(kecamatan)))]
    is_nowhere = rng.random() < _NOWHERE_SHARE
    plate = _plate(rng)
    return Ticket(
        number=f"TLG{midnight:%y%m%d}{number:05}",
        occurred_at=_moment(rng, midnight),
        article_code=_article(rng, _OF_OFFICERS),
        vehicle_class=str(rng.choice(_VEHICLES, p=(0.6, 0.3, 0.03, 0.07))),
        plate=plate,
        unit=str(rng.choice(("Satlantas", "Dishub"))),
        # Some officers write the plate where nobody asked for it.
        place=f"depan pasar {plate}" if is_nowhere else f"Kecamatan {area.name}, tepi jalan",
        kecamatan_code="" if is_nowhere else area.code,
        is_readable=rng.random() >= _UNREADABLE_SHARE,
    )


def _article(rng: np.random.Generator, articles: Sequence[str]) -> str:
    return articles[int(rng.integers(len(articles)))]


def _moment(rng: np.random.Generator, midnight: datetime) -> datetime:
    hour = int(rng.choice((6, 7, 8, 9, 12, 16, 17, 18, 19, 20)))
    return midnight + timedelta(hours=hour, minutes=int(rng.integers(60)))


def _plate(rng: np.random.Generator) -> str:
    """A plate of the form that plates have here with letters that it does not give out."""
    return f"B {int(rng.integers(1000, 9999))} ZZ{chr(ord('A') + int(rng.integers(26)))}"


def write_tickets(landing: Path, day: date, tickets: Sequence[Ticket], seed: int) -> None:
    """Write the files of one day: the cameras' JSON and the officers' CSV, some tickets again on the next day."""
    rng = np.random.default_rng([seed, 11, day.toordinal()])
    for part, of_part in (("", tickets), ("-again", [one for one in tickets if rng.random() < _REPEATED_SHARE])):
        cameras = [_item(one) for one in of_part if one.device_code]
        etle, field = landing / "tickets" / "etle", landing / "tickets" / "operasi"
        for folder in (etle, field):
            folder.mkdir(parents=True, exist_ok=True)
        (etle / f"{day}{part}.json").write_text(json.dumps({"data": cameras}), encoding="utf-8")
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(_row(one) for one in of_part if not one.device_code)
        (field / f"{day}{part}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def _item(ticket: Ticket) -> dict[str, object]:
    return {
        "ticket_id": ticket.number,
        "device": {"code": ticket.device_code},
        "occurred_at": ticket.occurred_at.isoformat(),
        "violation": {"article": ticket.article_code if ticket.is_readable else "999"},
        "vehicle": {"class": ticket.vehicle_class, "plate": ticket.plate},
    }


def _row(ticket: Ticket) -> tuple[str, ...]:
    at = ticket.occurred_at
    article = ticket.article_code if ticket.is_readable else "999"
    return (
        ticket.number, f"{at:%d/%m/%Y}", f"{at:%H.%M}", ticket.place, article, _WORDS[ticket.vehicle_class],
        ticket.plate, ticket.unit,
    )  # fmt: skip
