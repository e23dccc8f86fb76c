"""Tickets: both wire formats, and no plate in anything that is kept."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.enforcement.plates import MASK, form_of, without_plates
from assets.enforcement.tickets import Codes, Ticket, TicketSource, VehicleClass, split, write_ticket
from assets.sources.records import Noted, Unreadable

CODES = Codes({"287_3_parkir", "283"}, {"patung_kuda"})
AT = datetime(2026, 10, 19, 1, 5, tzinfo=UTC)
OF_A_CAMERA = {
    "ticket_id": "E1",
    "device": {"code": "patung_kuda"},
    "occurred_at": "2026-10-19T08:05:00+07:00",
    "violation": {"article": "283"},
    "vehicle": {"class": "car", "plate": "B 1234 XYZ"},
}
HEADER = "No Tilang;Tanggal;Jam;Lokasi;Pasal;Jenis Kendaraan;TNKB;Instansi"


def of_cameras(*items: object) -> list[Ticket | Unreadable]:
    return split(json.dumps({"data": list(items)}).encode(), "a.json", CODES)


def of_officers(*rows: str) -> list[Ticket | Unreadable]:
    return split("\n".join((HEADER, *rows)).encode(), "a.csv", CODES)


def test_a_camera_and_an_officer_write_tickets():
    assert of_cameras(OF_A_CAMERA) == [
        Ticket("E1", TicketSource.ETLE, AT, "283", VehicleClass.CAR, device_code="patung_kuda")
    ]
    assert of_officers("T1;19/10/2026;08.05;Kec. Kemuning;287_3_parkir;Sepeda Motor;B 1234 XYZ;Dishub") == [
        Ticket("T1", TicketSource.DISHUB, AT, "287_3_parkir", VehicleClass.MOTORCYCLE, place="Kec. Kemuning")
    ]


@pytest.mark.parametrize("row", ["T1;19/10/2026;08.05;Kec. Kemuning;287_3_parkir;Motor;;Polda Metro Jaya"])
def test_what_is_kept_of_a_ticket_reads_as_it(row):
    of_both = [*of_cameras(OF_A_CAMERA, OF_A_CAMERA | {"latitude": -6.2, "longitude": 106.8}), *of_officers(row)]
    assert [split(write_ticket(ticket), "a", CODES) for ticket in of_both] == [[ticket] for ticket in of_both]


@pytest.mark.parametrize(
    ("unit", "source"),
    [
        ("Polda Metro Jaya", TicketSource.POLDA),
        ("SATLANTAS  Polresta Seroja", TicketSource.POLDA),
        ("Ditlantas", TicketSource.POLDA),
        ("Dinas Perhubungan Kota Palu", TicketSource.DISHUB),
    ],
)
def test_a_unit_of_any_city_is_known(unit: str, source: TicketSource) -> None:
    [ticket] = of_officers(f"T1;19/10/2026;08.05;Kec. Kemuning;287_3_parkir;Motor;;{unit}")
    assert isinstance(ticket, Ticket)
    assert ticket.source is source


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ticket_id": None}, "expected id"),
        ({"device": {"code": "x"}}, "expected a device of etle_points.csv"),
        ({"violation": {"article": "1"}}, "expected an article of violation_articles.csv"),
        ({"vehicle": {"class": "kapal", "plate": "B 1 A"}}, "expected a vehicle class"),
        ({"occurred_at": "gestern"}, "expected occurred_at"),
    ],
)
def test_what_nobody_knows_is_held_without_its_plate(change, reason):
    held, good = of_cameras({**OF_A_CAMERA, **change}, OF_A_CAMERA)
    assert isinstance(good, Ticket)
    assert held.reason.startswith(reason)
    assert "plate" not in held.content.decode()
    assert split(held.content, "a.json", CODES)[0].reason == held.reason


def test_a_field_that_nobody_knows_is_not_kept():
    [held] = of_cameras({**OF_A_CAMERA, "ticket_id": None, "catatan": "8I234XYZ"})
    assert b"234" not in held.content


@pytest.mark.parametrize(
    "row",
    [
        "T1;19/10/2026;08.05;Kec. Kemuning;999;Motor;B 1234 XYZ;Dishub",
        "T1;19/10/2026;08.05;Kec. Kemuning B 1234 XYZ;283;Motor;;Satpam",
        "T1;19/10/2026;08.05;Kec. Kemuning;283;Motor;B 1234 XYZ",
        ";19/10/2026;08.05;Kec. Kemuning;283;Motor;B 1234 XYZ;Dishub",
        "B 1234 XYZ;19/10/2026;08.05;Kec. Kemuning;283;Motor;;Dishub",
        "T1;19/10/2026;;Kec. Kemuning;283;Motor;B 1234 XYZ;Dishub",
    ],
)
def test_a_row_that_cannot_be_read_is_held_without_its_plate(row):
    [held] = of_officers(row)
    assert isinstance(held, Unreadable)
    assert "1234" not in held.content.decode()


def test_a_place_keeps_no_plate():
    [ticket] = of_officers("T1;19/10/2026;08.05;mobil B1234XYZ di Kec. Kemuning;283;Mobil;B 1234 XYZ;Dishub")
    assert ticket.place == f"mobil {MASK} di Kec. Kemuning"


@pytest.mark.parametrize("plate", ["B 1234 XYZ", "b1234xyz", "B-1234-XY", "AB 12 C", "DK.9.A", "12345-01"])
def test_plates_are_masked_wherever_they_stand(plate):
    assert without_plates([{"note": f"ada {plate}, lari", "TNKB": plate}]) == [{"note": f"ada {MASK}, lari"}]
    assert not any(char.isalnum() and char not in "x9" for char in form_of(f"rusak {plate}".encode()).decode())


@given(st.binary() | st.text().map(lambda text: f"{HEADER}\n{text}".encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused_in_words(content):
    for item in split(content, "a", CODES):
        assert isinstance(item, Ticket | Noted) or item.reason.startswith("expected ")


@given(st.dictionaries(st.sampled_from(sorted(OF_A_CAMERA)), st.none() | st.integers() | st.text() | st.booleans()))
def test_any_value_in_any_field_is_read_or_held_without_a_plate(change):
    [item] = of_cameras({**OF_A_CAMERA, **change})
    if isinstance(item, Unreadable):
        assert item.reason.startswith("expected ")
        # Whole: a number of a form or a device may be 1234 too.
        assert OF_A_CAMERA["vehicle"]["plate"] not in item.content.decode()
