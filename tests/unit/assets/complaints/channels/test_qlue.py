"""Qlue's wire format."""

import json
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.qlue import parse, split
from assets.complaints.model import Report
from assets.sources.records import PayloadError, Unreadable

ITEM = {
    "id": 120034, "user_id": 5501, "username": "Warga Contoh", "lat": "-6.1754", "lng": "106.8272",
    "timestamp": "2016-04-01 07:30:00", "image_url": "https://example.org/1.jpg", "tag1": "Sampah", "tag2": "Kali",
    "title": "Sampah di kali", "description": "Menumpuk sejak Senin", "kelurahan": "KEMUNING",
    "kode_kelurahan": "9871011001", "kecamatan": "KEMUNING", "kode_kecamatan": "987101", "progress": "wait",
}  # fmt: skip


def records(body: object) -> list:
    return split(json.dumps(body).encode(), "a.json")


def test_every_field():
    [record] = records({"data": [ITEM]})
    assert parse(record) == Report(
        source_record_id="120034",
        source_code=None,
        reported_at=datetime(2016, 4, 1, 0, 30, tzinfo=UTC),
        reporter_name="Warga Contoh",
        reporter_contact=None,
        reporter_handle="5501",
        title="Sampah di kali",
        description="Menumpuk sejak Senin",
        address=None,
        kelurahan_name="KEMUNING",
        kecamatan_name="KEMUNING",
        latitude=-6.1754,
        longitude=106.8272,
        category_name="Sampah",
        photo_urls=("https://example.org/1.jpg",),
    )


def test_one_report_a_list_and_a_page_are_the_same():
    assert records(ITEM) == records([ITEM]) == records({"page": 1, "data": [ITEM]})


def test_progress_of_the_holder_is_no_new_version_of_the_report():
    assert records([ITEM]) == records([{**ITEM, "progress": "complete"}])


def test_the_second_tag_counts_where_the_first_is_blank():
    [record] = records([{**ITEM, "tag1": ""}])
    assert parse(record).category_name == "Kali"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timestamp": None}, "expected timestamp as a moment, found none"),
        ({"timestamp": "2016-04-01 07.30"}, "expected timestamp as a moment, found text of 16 characters"),
        ({"description": 5}, "expected description as text, found a number"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(change, reason):
    [record] = records([{**ITEM, **change}])
    with pytest.raises(PayloadError) as caught:
        parse(record)
    assert str(caught.value) == reason


def test_a_report_without_the_fields_of_its_words_is_refused():
    [record] = records([{key: value for key, value in ITEM.items() if key not in ("title", "description")}])
    with pytest.raises(PayloadError, match="expected title or description, found none"):
        parse(record)


def test_a_report_without_id_says_so_and_the_others_are_read():
    lost, read = records({"data": [{**ITEM, "id": None}, ITEM]})
    assert (lost.origin, lost.reason) == ("a.json#/0", "expected id, found none")
    assert read == records([ITEM])[0]


@pytest.mark.parametrize("content", [b"", b"{", b'{"data":{}}', b"5"])
def test_a_file_that_is_no_list_of_reports_is_kept_whole(content):
    [entry] = split(content, "a.json")
    assert isinstance(entry, Unreadable)
    assert (entry.origin, entry.content) == ("a.json", content)
