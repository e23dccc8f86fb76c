"""A row of the open data as a report of the list: nothing of it is finer than the row."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.open311.listed import listed

pytestmark = pytest.mark.jakarta

AS_OF = datetime(2026, 3, 10, 2, tzinfo=UTC)


def row(**given: Any) -> dict[str, Any]:
    known = {
        "report_key": "0b8f", "period": "day", "period_start_date_wib": date(2026, 3, 1), "kelurahan_name": "Gambir",
        "kecamatan_name": "Gambir", "kota_name": "Kota Administrasi Jakarta Pusat", "latitude": -6.17,
        "longitude": 106.82, "category_code": "jalan", "category_name": "Jalan", "holder_name": "Dinas Bina Marga",
        "status_name": "Proses", "status_set": "in_work", "resolution_class": None,
        "is_coordinated_within_sla": True, "is_resolved_within_sla": None, "is_overdue": False,
        "is_duplicate": False, "is_relapse": False, "limit_hours": 168, "limit_basis": "Pergub",
        "latest_due_at": datetime(2026, 3, 8, 17, tzinfo=UTC), "is_synthetic": True, "as_of": AS_OF,
    }  # fmt: skip
    return {**known, **given}


def test_a_report_of_a_kelurahan_and_a_day() -> None:
    told = listed(row(), is_extended=False).model_dump(mode="json", exclude_none=True)
    assert told == {
        "service_request_id": "0b8f", "status": "open", "status_notes": "Proses.", "service_name": "Jalan",
        "service_code": "jalan", "agency_responsible": "Dinas Bina Marga",
        "requested_datetime": "2026-03-01T00:00:00+07:00", "expected_datetime": "2026-03-09T00:00:00+07:00",
        "address": "Kelurahan Gambir, Kecamatan Gambir, Kota Administrasi Jakarta Pusat, DKI Jakarta",
        "lat": -6.17, "long": 106.82,
    }  # fmt: skip


def test_a_report_of_a_whole_city_and_a_week_has_no_point() -> None:
    coarse = dict.fromkeys(("kelurahan_name", "kecamatan_name", "kota_name", "latitude", "longitude"))
    told = listed(row(period="week", category_code=None, category_name=None, **coarse), is_extended=True)
    assert (told.lat, told.long, told.address) == (None, None, "DKI Jakarta")
    assert (told.service_code, told.service_name) == ("lainnya", "Lainnya")
    assert told.extended_attributes is not None
    assert told.extended_attributes.reported_within == "week"


@pytest.mark.parametrize(("status_set", "status"), [("open", "open"), ("in_work", "open"), ("closed", "closed")])
def test_a_status_is_open_until_the_case_is_closed(status_set: str, status: str) -> None:
    assert listed(row(status_set=status_set), is_extended=False).status == status


def test_what_is_to_be_known_besides_is_in_the_notes() -> None:
    told = listed(row(is_overdue=True, is_duplicate=True, is_relapse=True), is_extended=False)
    assert told.status_notes == (
        "Proses. Melewati batas waktu. Sama dengan laporan yang sudah ada. Muncul lagi setelah selesai."
    )


def test_the_service_level_is_told_to_who_asks() -> None:
    told = listed(row(is_overdue=True), is_extended=True).extended_attributes
    assert told is not None
    assert told.model_dump(mode="json", exclude_none=True) == {
        "reported_within": "day", "resolve_limit_hours": 168, "resolve_limit_basis": "Pergub",
        "is_coordinated_within_sla": True, "is_overdue": True, "is_duplicate": False, "is_relapse": False,
        "is_synthetic": True, "as_of": "2026-03-10T09:00:00+07:00",
    }  # fmt: skip
