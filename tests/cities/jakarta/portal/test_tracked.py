"""A number as Open311 tells it: no more than its page does."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.open311.answers import Service, ServiceRequest
from portal.open311.tracked import tracked
from portal.story import read_story

pytestmark = pytest.mark.jakarta

NOW = datetime(2026, 3, 20, tzinfo=UTC)
JALAN = Service(
    service_code="jalan", service_name="Jalan", description="d", metadata=True, type="batch", keywords="k", group="g"
)
PUBLIC = {
    "tracking_number": "JK2603020001", "visibility": "public", "decision": "accepted", "is_synthetic": True,
    "reported_at": "2026-03-02T01:00:00+00:00", "decided_at": "2026-03-02T02:00:00+00:00",
    "first_holder_name": "Kelurahan", "resolve_due_at": "2026-03-09T01:00:00+00:00", "limit_hours": 168,
    "category_name": "Jalan", "kelurahan_name": "Gambir", "kecamatan_name": "Gambir", "is_duplicate": False,
    "is_relapse": False, "is_heavy_work": False,
}  # fmt: skip
EVENT = {
    "status_code": "proses", "status_name": "Proses", "status_set": "in_work", "colour": "yellow",
    "occurred_at": "2026-03-03T01:00:00+00:00", "holder_name": "Kelurahan",
}  # fmt: skip


def told(events: list[dict[str, Any]], is_extended: bool = False, **report: Any) -> ServiceRequest:
    story = read_story({"report": {**PUBLIC, **report}, "events": events})
    return tracked(story, {"jalan": JALAN}, NOW, is_extended)


def test_a_public_report_is_told_with_its_holder_and_its_limit() -> None:
    assert told([EVENT]).model_dump(mode="json", exclude_none=True) == {
        "service_request_id": "JK2603020001", "status": "open", "status_notes": "Proses. Melewati batas waktu.",
        "service_name": "Jalan", "service_code": "jalan", "agency_responsible": "Kelurahan Gambir",
        "requested_datetime": "2026-03-02T08:00:00+07:00", "updated_datetime": "2026-03-03T08:00:00+07:00",
        "expected_datetime": "2026-03-09T08:00:00+07:00",
        "address": "Kelurahan Gambir, Kecamatan Gambir, DKI Jakarta",
    }  # fmt: skip


def test_a_private_report_names_neither_place_nor_matter() -> None:
    hidden = dict.fromkeys(("category_name", "kelurahan_name", "kecamatan_name"))
    answer = told([EVENT], visibility="private", **hidden)
    assert (answer.address, answer.service_code, answer.service_name) == (None, None, None)
    assert answer.agency_responsible == "Kelurahan"


def test_a_confidential_report_is_its_status_alone() -> None:
    report = {"tracking_number": "JK2603020001", "visibility": "confidential", "decision": "accepted"}
    story = read_story({"report": {**report, "is_synthetic": True}, "events": [{**EVENT, "holder_name": None}]})
    answer = tracked(story, {"jalan": JALAN}, NOW, is_extended=True)
    assert answer.model_dump(exclude_none=True) == {
        "service_request_id": "JK2603020001", "status": "open", "status_notes": "Proses.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("report", "events", "status", "notes"),
    [
        pytest.param({}, [], "open", "Menunggu. Melewati batas waktu.", id="nothing booked"),
        pytest.param({}, [{**EVENT, "status_set": "closed", "status_name": "Selesai"}], "closed", "Selesai."),
        pytest.param({"decision": "rejected", "resolve_due_at": None}, [], "closed", "Ditolak.", id="rejected"),
        pytest.param(
            {"decision": "returned", "missing": ["place", "reporter"], "resolve_due_at": None}, [], "open",
            "Dikembalikan, belum ada: tempat, nama pelapor.", id="returned",
        ),
    ],
)  # fmt: skip
def test_each_decision_has_its_status(
    report: dict[str, Any], events: list[dict[str, Any]], status: str, notes: str
) -> None:
    answer = told(events, **report)
    assert (answer.status, answer.status_notes) == (status, notes)


def test_a_public_report_without_a_category_is_one_of_the_others() -> None:
    assert told([EVENT], category_name=None).service_code == "lainnya"
