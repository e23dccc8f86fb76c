"""Jakarta Aman's wire format."""

import json
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.jakarta_aman import parse, split
from assets.complaints.model import ChannelEvent, EventKind, NotAReport, Report, SetAsideReason
from assets.complaints.triage.complete import MIN_TELLING_WORDS
from assets.complaints.triage.words import report_text, telling_words
from assets.sources.records import PayloadError

REPORT = {
    "id": 88, "name": "Warga Contoh", "phone": "081200000001", "lat": -6.2, "lng": 106.8, "type": "Pohon tumbang",
    "text": "Menutup jalan", "status": "new", "created_at": "2019-09-05T21:15:00+07:00",
}  # fmt: skip
PRESS = {**REPORT, "id": 89, "type": "panic", "text": None}
AT = datetime(2019, 9, 5, 14, 15, tzinfo=UTC)


def records(*items: object) -> list:
    return split(json.dumps({"data": items}).encode(), "a.json")


def one(item: object) -> object:
    [record] = records(item)
    return parse(record)


def test_every_field_of_a_report():
    assert one(REPORT) == Report(
        source_record_id="88",
        source_code=None,
        reported_at=AT,
        reporter_name="Warga Contoh",
        reporter_contact="081200000001",
        reporter_handle=None,
        title=None,
        description="Menutup jalan",
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=-6.2,
        longitude=106.8,
        category_name="Pohon tumbang",
        photo_urls=(),
    )


@pytest.mark.parametrize("press", [PRESS, {**PRESS, "text": " "}, {k: v for k, v in PRESS.items() if k != "text"}])
def test_who_presses_the_button_is_not_asked_for_the_problem(press):
    report = one(press)
    assert (report.title, report.description, report.category_name) == ("Tombol darurat: panic", "", "panic")
    assert telling_words(report_text(report)) >= MIN_TELLING_WORDS


def test_what_the_presser_wrote_is_the_problem():
    report = one({**PRESS, "text": "Rumah terbakar"})
    assert (report.title, report.description) == (None, "Rumah terbakar")


def test_progress_of_the_holder_is_no_new_version_of_the_report():
    assert records(REPORT) == records({**REPORT, "status": "handled"})


@pytest.mark.parametrize("status", ["cancelled", "Dibatalkan"])
def test_a_press_that_was_taken_back_is_an_event_on_it(status):
    assert one({**PRESS, "status": status}) == ChannelEvent(EventKind.REMOVED, "89", AT)


@pytest.mark.parametrize("change", [{"status": "test"}, {"type": "TEST"}, {"status": "simulasi"}])
def test_a_trial_of_the_button_is_set_aside(change):
    assert one({**PRESS, **change}) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


def test_a_telephone_number_may_be_a_number():
    assert one({**REPORT, "phone": 6281200000001}).reporter_contact == "6281200000001"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({**REPORT, "created_at": None}, "expected created_at as a moment, found none"),
        ({k: v for k, v in REPORT.items() if k != "text"}, "expected text, found none"),
        ({**REPORT, "text": 5}, "expected text as text, found a number"),
    ],
)
def test_what_lost_its_moment_or_its_words_is_refused(item, reason):
    with pytest.raises(PayloadError) as caught:
        one(item)
    assert str(caught.value) == reason


def test_a_report_without_id_says_so():
    [lost] = records({**REPORT, "id": None})
    assert (lost.origin, lost.reason) == ("a.json#/0", "expected id, found none")
