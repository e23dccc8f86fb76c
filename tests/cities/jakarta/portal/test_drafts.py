"""What a report lacks is said before it is sent, by the words of triage."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from assets.complaints.channels.portal import parse
from assets.complaints.model import Missing, Visibility
from assets.sources.records import Record
from portal.drafts import LONGEST, Draft, areas, city

pytestmark = pytest.mark.jakarta

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
SOUND = {"name": "Rini Contoh", "text": "Lampu jalan mati", "kelurahan": "31.71.01.1001"}


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, ()),
        ({"kelurahan": "", "address": "Jl. Melati 5"}, ()),
        ({"kelurahan": "", "latitude": "-6.17", "longitude": "106.82"}, ()),
        ({"kelurahan": "", "text": "Lampu jalan mati di kelurahan Gambir"}, ()),
        ({"kelurahan": ""}, (Missing.PLACE,)),
        ({"kelurahan": "31.71.99.9999"}, (Missing.PLACE,)),
        ({"kelurahan": "", "latitude": "nan", "longitude": "1e999"}, (Missing.PLACE,)),
        ({"name": ""}, (Missing.REPORTER,)),
        ({"name": "Anonim"}, (Missing.REPORTER,)),
        ({"text": "tolong min"}, (Missing.PROBLEM,)),
        ({"name": "", "text": "", "kelurahan": ""}, (Missing.REPORTER, Missing.PLACE, Missing.PROBLEM)),
    ],
)
def test_what_is_lacking_is_what_triage_would_ask_for(changed: dict[str, str], lacks: tuple[Missing, ...]) -> None:
    assert Draft.of({**SOUND, **changed}).lacks(NOW) == lacks


def test_a_form_becomes_a_report_of_the_channel() -> None:
    draft = Draft.of({**SOUND, "id": str(UUID(int=7)), "contact": " 0812 0000 0001 ", "visibility": "public"})
    report = parse(Record(draft.fields["id"], draft.payload(NOW, [b"jpeg"])))
    assert (report.kelurahan_name, report.kecamatan_name) == ("Gambir", "Gambir")
    assert (report.reporter_contact, report.visibility) == ("0812 0000 0001", Visibility.PUBLIC)
    assert report.photo_urls == (f"mid:{UUID(int=7)}/0",)
    assert draft.receipt == UUID(int=7)


@pytest.mark.parametrize(
    "sent", [{"id": "x", "visibility": "everybody", "category": "<script>"}, {}, {"text": "x" * 100_000}]
)
def test_what_the_form_does_not_offer_is_left_out(sent: dict[str, Any]) -> None:
    fields = Draft.of(sent).fields
    assert UUID(fields["id"]).version == 4
    assert (fields["category"], fields["visibility"]) == ("", "private")
    assert all(len(value) <= LONGEST[name] for name, value in fields.items())


def test_every_kelurahan_can_be_chosen() -> None:
    assert sum(len(members) for _, members in areas()) == len(city().kelurahan) == 267


def test_who_joins_a_case_need_not_say_it_again() -> None:
    draft = Draft.of({"name": "Rini Contoh", "joins": "JK2612025001"})
    assert draft.lacks(NOW) == (Missing.PLACE, Missing.PROBLEM)
    assert draft.lacks(NOW, kind="joining", number="JK2612025001") == (Missing.PLACE,)
    assert draft.alone().fields["joins"] == ""
    assert Draft.of({"joins": "<script>"}).fields["joins"] == ""


def test_a_point_replaces_what_was_the_place_before() -> None:
    draft = Draft.of({**SOUND, "latitude": "-6.1", "longitude": "106.9"})
    assert draft.point == (-6.1, 106.9)
    moved = draft.placed((-6.1754, 106.8272), "31.71.01.1002")
    assert (moved.point, moved.fields["kelurahan"]) == ((-6.1754, 106.8272), "31.71.01.1002")
    assert moved.placed(None).point is None
    assert (Draft.new().is_filled, draft.is_filled) == (False, True)
