"""JAKI's wire format."""

import json
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.jaki import parse, split
from assets.complaints.model import Report
from assets.sources.records import PayloadError

ITEM = {
    "id": 9001,
    "code": "XX2610190007",
    "content": "Got &amp; saluran mampet",
    "lat": "-6.1754",
    "lng": 106.8272,
    "tstatus": {"name": "Menunggu"},
    "complaintCategory": {"name": "Saluran Air, Kali/Sungai"},
    "zone": {"name": "KELURAHAN KEMUNING"},
    "createdAt": "2026-10-19T07:30:00",
    "documents": [{"url": "https://example.org/1.jpg"}, {"url": None}],
    "village": "Kemuning",
    "district": "Kemuning",
    "city": "Seroja Pusat",
    "province": "Daerah Seroja",
}


def records(body: object) -> list:
    return split(json.dumps(body).encode(), "a.json")


def test_every_field():
    [record] = records({"data": [ITEM]})
    assert parse(record) == Report(
        source_record_id="9001",
        source_code="XX2610190007",
        reported_at=datetime(2026, 10, 19, 0, 30, tzinfo=UTC),
        reporter_name=None,
        reporter_contact=None,
        reporter_handle=None,
        title=None,
        description="Got & saluran mampet",
        address=None,
        kelurahan_name="Kemuning",
        kecamatan_name="Kemuning",
        latitude=-6.1754,
        longitude=106.8272,
        category_name="Saluran Air, Kali/Sungai",
        photo_urls=("https://example.org/1.jpg",),
        city_name="Seroja Pusat",
        province_name="Daerah Seroja",
    )


def test_one_report_a_list_and_a_page_are_the_same():
    assert records(ITEM) == records([ITEM]) == records({"data": [ITEM]})


def test_progress_of_the_holder_is_no_new_version_of_the_report():
    assert records([ITEM]) == records([{**ITEM, "tstatus": {"name": "Selesai"}}])


def test_the_zone_names_the_kelurahan_where_the_village_is_absent():
    [record] = records([{**ITEM, "village": None}])
    assert parse(record).kelurahan_name == "KELURAHAN KEMUNING"


def test_reports_that_lost_their_ids_say_so():
    lost = {key: value for key, value in ITEM.items() if key != "id"}
    assert [item.reason for item in records([lost, lost])] == ["expected id, found none"] * 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"createdAt": None}, "createdAt as a moment"),
        ({"createdAt": "kemarin"}, "createdAt as a moment"),
        ({"content": 5}, "content as text"),
        ({"zone": "Kemuning", "village": None}, "zone as an object"),
        ({"documents": {}}, "documents as a list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(change, expected):
    [record] = records([{**ITEM, **change}])
    with pytest.raises(PayloadError) as caught:
        parse(record)
    assert caught.value.expected == expected


def test_a_report_without_its_content_field_is_refused_and_with_none_is_empty():
    [without] = records([{key: value for key, value in ITEM.items() if key != "content"}])
    with pytest.raises(PayloadError, match="expected content, found none"):
        parse(without)
    [empty] = records([{**ITEM, "content": None}])
    assert parse(empty).description == ""
