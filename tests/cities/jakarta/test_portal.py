"""The portal's wire format."""

import base64
import json
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.portal import CHANNEL, parse, photo, split
from assets.complaints.model import Report, Visibility
from assets.complaints.tracking import quoted_numbers
from assets.complaints.triage.words import report_text
from assets.sources.records import PayloadError

pytestmark = pytest.mark.jakarta

ID = "3f0a1c52-6f0e-4f0b-9a57-0b9f8c1d2e3f"
PHOTO = b"\xff\xd8\xff\xe0 a photo"
REPORT = {
    "kind": "report", "id": ID, "created_at": "2026-12-02T08:05:00+07:00", "name": "Rini Contoh",
    "contact": "0812 0000 0001", "text": "Lampu jalan mati", "address": "Jl. Melati 5", "kelurahan": "Gambir",
    "kecamatan": "Gambir", "latitude": -6.17, "longitude": 106.82, "category": "Jaringan Listrik",
    "visibility": "confidential", "photos": [base64.b64encode(PHOTO).decode()],
}  # fmt: skip


def one(item: object) -> Report:
    [record] = split(json.dumps(item).encode(), "arrival")
    return parse(record)


def test_every_field_of_a_report():
    assert one(REPORT) == Report(
        source_record_id=ID,
        source_code=None,
        reported_at=datetime(2026, 12, 2, 1, 5, tzinfo=UTC),
        reporter_name="Rini Contoh",
        reporter_contact="0812 0000 0001",
        reporter_handle=None,
        title=None,
        description="Lampu jalan mati",
        address="Jl. Melati 5",
        kelurahan_name="Gambir",
        kecamatan_name="Gambir",
        latitude=-6.17,
        longitude=106.82,
        category_name="Jaringan Listrik",
        photo_urls=(f"mid:{ID}/0",),
        visibility=Visibility.CONFIDENTIAL,
    )


def test_a_report_is_counted_alone_where_its_reporter_chose_nothing():
    assert one({name: value for name, value in REPORT.items() if name != "visibility"}).visibility is Visibility.PRIVATE


def test_what_completes_reopens_or_joins_a_report_names_its_number():
    completion, reopening, joining = (
        one({**REPORT, "kind": kind, "number": "JK2612025001"}) for kind in ("completion", "reopening", "joining")
    )
    assert (completion.completes, completion.continues, completion.title) == ("JK2612025001", None, None)
    assert (reopening.completes, reopening.continues) == (None, "JK2612025001")
    assert (joining.completes, joining.continues) == (None, "JK2612025001")
    assert quoted_numbers(report_text(reopening)) == quoted_numbers(report_text(joining)) == ("JK2612025001",)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "joke"}, {"kind": ["report"]}, {"kind": "reopening"}, {"kind": "completion", "number": "laporan saya"},
        {"created_at": "yesterday"}, {"visibility": "everybody"}, {"photos": "x"}, {"photos": [1]}, {"name": 7},
    ],
)  # fmt: skip
def test_what_the_page_would_not_write_is_refused_in_words(fault):
    with pytest.raises(PayloadError, match=r"^expected .*, found "):
        one({**REPORT, **fault})


def test_a_photo_is_found_by_its_url():
    assert photo(REPORT, f"mid:{ID}/0") == PHOTO
    for url in (f"mid:{ID}/1", f"mid:{ID}/x", "mid:"):
        assert photo(REPORT, url) is None
    assert photo({**REPORT, "photos": ["%%%"]}, f"mid:{ID}/0") is None
    assert CHANNEL.enclosed is photo
